import type { ScheduleRecord } from '../model/schedule-record.js'
import { nextWithin, type TickSource } from '../model/tick-bounds.js'
import type { EpochMs } from '../model/units.js'

/**
 * Ticks that one decision looks at: after a year of downtime a schedule of seconds owes 31 million, and no call may take that long.
 * More than the 1,000 that `missed: { all }` may make up for.
 */
export const TICKS_MAX = 5_000

/** The ticks of one schedule that came due. */
export interface DueTicks {
  readonly first: EpochMs
  /** In their order, the first included. */
  readonly ticks: readonly EpochMs[]
  /** The tick after them; null when there is none. */
  readonly next: EpochMs | null
  /** `next` is due too: there were more than one decision looks at. */
  readonly areMore: boolean
}

/** The ticks of a schedule that are due at `now`, from its next one on; null when none is. */
export function dueTicks(record: ScheduleRecord, source: TickSource, now: EpochMs): DueTicks | null {
  if (record.nextTickAt === null || record.nextTickAt > now) return null
  const ticks = [record.nextTickAt]
  let next = nextWithin(source, record.definition, record.nextTickAt)
  while (next !== null && next <= now && ticks.length < TICKS_MAX) {
    ticks.push(next)
    next = nextWithin(source, record.definition, next)
  }
  return { first: record.nextTickAt, ticks, next, areMore: next !== null && next <= now }
}
