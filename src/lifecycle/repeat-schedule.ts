import type { Clock } from '../model/clock.js'
import type { DurationInput } from '../model/policy.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import { parseDuration } from '../time/duration.js'
import { elapsedTimeline, wallTimeline } from './timeline.js'
import type { Timeline } from './timeline.js'

/** Instants, as `parseSchedule`, `daily` and `monthly` of `rota/schedule` give them, or any object of one's own. */
export interface Ticks {
  /** The first instant strictly later than `after`, milliseconds since 1970; null when there is none. */
  next(after: EpochMs): Date | EpochMs | null
}

/** A length of time as an object, as `interval` of `rota/schedule` makes it. */
export interface IntervalLike {
  readonly kind: 'interval'
  readonly everyMs: DurationMs
}

/** When a routine is repeated: a schedule of `rota/schedule`, or a length of time such as `'10 minutes'`. */
export type RepeatSchedule = Ticks | IntervalLike | DurationInput

/** A schedule, read: how to follow it from now on, and whether its first run comes at once. */
export interface ReadSchedule {
  readonly timeline: (clock: Clock) => Timeline
  readonly startsNow: boolean
}

/**
 * Reads a schedule, or throws a `TypeError` that says how it is to be given. Expressions are read by `rota/schedule`, which is larger than all
 * of this room: a program that needs none does not load it.
 */
export function readSchedule(schedule: RepeatSchedule): ReadSchedule {
  if (isTicks(schedule)) {
    return { timeline: (clock) => wallTimeline(clock, (after) => tickAfter(schedule, after)), startsNow: false }
  }
  const everyMs = (schedule as Partial<IntervalLike> | null)?.everyMs ?? lengthOf(schedule as DurationInput)
  return { timeline: (clock) => elapsedTimeline(clock, everyMs), startsNow: true }
}

function isTicks(schedule: RepeatSchedule): schedule is Ticks {
  return typeof (schedule as Partial<Ticks> | null)?.next === 'function'
}

/** `every 10 minutes` says what `10 minutes` says. */
function lengthOf(schedule: DurationInput): DurationMs {
  const length = typeof schedule === 'string' ? schedule.replace(/^@?every +/, '') : schedule
  try {
    return parseDuration(length, 'repeat: schedule')
  } catch (cause) {
    throw new TypeError(`${(cause as Error).message}; expressions need parseSchedule() of rota/schedule`, { cause })
  }
}

function tickAfter(schedule: Ticks, after: EpochMs): EpochMs | null {
  const next = schedule.next(after)
  return next instanceof Date ? next.getTime() : next
}
