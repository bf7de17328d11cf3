import type { ScheduleDefinition } from './schedule-record.js'
import type { EpochMs } from './units.js'

/** Whatever can tell ticks: a schedule expression that was read. */
export interface TickSource {
  /** The first tick strictly later than `after`; null when there is none. */
  next(after: EpochMs): EpochMs | null
}

/** The first tick later than `after` that lies within the bounds of a schedule, both ends included; null when there is none. */
export function nextWithin(
  source: TickSource,
  { startAt, endAt }: Pick<ScheduleDefinition, 'startAt' | 'endAt'>,
  after: EpochMs,
): EpochMs | null {
  const tick = source.next(startAt === null ? after : Math.max(after, startAt - 1))
  return tick === null || (endAt !== null && tick > endAt) ? null : tick
}
