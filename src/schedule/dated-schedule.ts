import type { EpochMs } from '../model/units.js'
import { parseSchedule as parseTicks } from './parse-schedule.js'
import type { ScheduleObject } from './schedule-object.js'
import type { Schedule as Ticks, ScheduleOptions as TickOptions } from './schedule.js'

/** An instant as a `Date` or in milliseconds since 1970. */
export type Instant = Date | EpochMs

/** What an expression leaves open. */
export interface ScheduleOptions extends Omit<TickOptions, 'anchor'> {
  /** The instant that `rate`, `every` and `interval` count from. @defaultValue 1970-01-01T00:00:00Z */
  readonly anchor?: Instant
}

/** Which ticks `between` gives. */
export interface BetweenOptions {
  /** At most so many, the earliest; without it more than 10,000 ticks are an error. 1 or more. */
  readonly limit?: number
}

/**
 * A schedule: a pure function from an instant to its ticks. It reads no clock and keeps nothing, so that any number of programs
 * agree about it.
 */
export interface Schedule {
  /** The expression as it was given, without the blanks around it; of an object, the text that says the same. */
  readonly expression: string
  /** The zone whose wall clock it follows; `UTC` for expressions that count elapsed time. */
  readonly timeZone: string
  /** The first tick strictly later than an instant; null when there is none before the year 10000. */
  next(after: Instant): Date | null
  /** The last tick strictly earlier than an instant; null when there is none. */
  previous(before: Instant): Date | null
  /** The ticks from `from` on, itself included, that are earlier than `until`. A `RangeError` when they are too many to list. */
  between(from: Instant, until: Instant, options?: BetweenOptions): Date[]
  /** Whether an instant is a tick, to the millisecond. */
  matches(at: Instant): boolean
  /** What it does, in plain English: `every 5 minutes from 09:00 to 17:59 on Monday to Friday, Europe/Amsterdam time`. */
  describe(): string
  /** The expression; reading it again with the same options gives the same schedule. */
  toString(): string
}

/** Ten times as many as anybody reads; a schedule of every second has that many in three hours. */
const BETWEEN_MAX = 10_000

/**
 * Reads a schedule: an expression in one of the dialects, or an object made by `interval`, `daily` or `monthly`.
 *
 * ```ts
 * const schedule = parseSchedule('0 8 * * mon-fri', { timeZone: 'Europe/Amsterdam' })
 * schedule.next(new Date('2027-03-27T12:00:00Z')) // 2027-03-29T06:00:00.000Z
 * ```
 *
 * Throws a `RotaError` with the code `SCHEDULE_INVALID` that names the field, the place, what was expected and what was found; also
 * for an unknown zone, for a date that never comes, and for more than 1,000 characters.
 */
export function parseSchedule(schedule: string | ScheduleObject, options: ScheduleOptions = {}): Schedule {
  const { anchor, ...others } = options
  return new DatedSchedule(
    parseTicks(schedule, anchor === undefined ? others : { ...others, anchor: toMs(anchor, 'anchor') }),
  )
}

class DatedSchedule implements Schedule {
  readonly #ticks: Ticks

  constructor(ticks: Ticks) {
    this.#ticks = ticks
  }

  get expression(): string {
    return this.#ticks.expression
  }

  get timeZone(): string {
    return this.#ticks.timeZone
  }

  next(after: Instant): Date | null {
    return toDate(this.#ticks.next(toMs(after, 'after')))
  }

  previous(before: Instant): Date | null {
    return toDate(this.#ticks.previous(toMs(before, 'before')))
  }

  between(from: Instant, until: Instant, { limit }: BetweenOptions = {}): Date[] {
    if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1))
      throw new TypeError(`limit must be a whole number of 1 or more, got ${String(limit)}`)
    const [first, end] = [toMs(from, 'from'), toMs(until, 'until')]
    const found: Date[] = []
    for (
      let tick = this.#ticks.next(Math.ceil(first) - 1);
      tick !== null && tick < end;
      tick = this.#ticks.next(tick)
    ) {
      if (found.length === limit) return found
      if (found.length === BETWEEN_MAX && limit === undefined)
        throw new RangeError(`between: expected at most ${BETWEEN_MAX} ticks, got more; give a limit or ask for less`)
      found.push(new Date(tick))
    }
    return found
  }

  matches(at: Instant): boolean {
    const instant = toMs(at, 'at')
    return Number.isInteger(instant) && this.#ticks.next(instant - 1) === instant
  }

  describe(): string {
    return this.#ticks.describe()
  }

  toString(): string {
    return this.#ticks.toString()
  }
}

function toMs(instant: Instant, name: string): EpochMs {
  const ms = instant instanceof Date ? instant.getTime() : instant
  if (typeof ms === 'number' && !Number.isNaN(ms)) return ms
  const got = instant instanceof Date ? 'an invalid Date' : String(instant)
  throw new TypeError(`${name} must be an instant, expected a Date or milliseconds since 1970, got ${got}`)
}

function toDate(tick: EpochMs | null): Date | null {
  return tick === null ? null : new Date(tick)
}
