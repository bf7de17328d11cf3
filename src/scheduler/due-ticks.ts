import type { ScheduleRecord } from '../model/schedule-record.js'
import { nextWithin, type TickSource } from '../model/tick-bounds.js'
import type { EpochMs } from '../model/units.js'

/**
 * Ticks that one decision looks at: after a year of downtime a schedule of seconds owes 31 million, and no call may take that long.
 * More than the 1,000 that `missed: { all }` may make up for.
 */
export const TICKS_MAX = 5_000

/** Ticks of an expression, and the zone whose rules they follow: without one, or with UTC, nothing can change them. */
export interface ZonedTicks extends TickSource {
  readonly timeZone?: string
  /** The last tick strictly earlier than `before`. */
  previous?(before: EpochMs): EpochMs | null
}

/** The ticks of one schedule that came due. */
export interface DueTicks {
  /** In their order; empty when the one that was due is none any more. */
  readonly ticks: readonly EpochMs[]
  /** The tick after them; null when there is none. */
  readonly next: EpochMs | null
  /** `next` is due too: there were more than one decision looks at. */
  readonly areMore: boolean
}

/** The ticks of a schedule that are due at `now`, from its next one on; null when it is not due. */
export function dueTicks(record: ScheduleRecord, source: ZonedTicks, now: EpochMs): DueTicks | null {
  if (record.nextTickAt === null || record.nextTickAt > now) return null
  const ticks: EpochMs[] = []
  let next = confirmed(record, source, record.nextTickAt)
  while (next !== null && next <= now && ticks.length < TICKS_MAX) {
    ticks.push(next)
    next = nextWithin(source, record.definition, next)
  }
  return { ticks, next, areMore: next !== null && next <= now }
}

/**
 * The tick on record, or the one nearest to it when it is none any more: a government has changed the rules of the zone since the
 * tick before it was fired, when this one was computed.
 */
function confirmed(record: ScheduleRecord, source: ZonedTicks, tick: EpochMs): EpochMs | null {
  const { definition, firedThrough, updatedAt } = record
  if (source.timeZone === undefined || source.timeZone === 'UTC') return tick
  const next = nextWithin(source, definition, tick - 1)
  if (next === tick) return tick
  const earlier = source.previous?.(tick) ?? null
  const isOpen = earlier !== null && earlier > Math.max(firedThrough ?? 0, updatedAt, definition.startAt ?? 0)
  return isOpen && (next === null || tick - earlier < next - tick) ? earlier : next
}
