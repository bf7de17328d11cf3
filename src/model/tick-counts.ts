import { LATE_MS, type SkipReason, type TickRecord } from './schedule-record.js'
import type { EpochMs } from './units.js'

/** What tick records add to the counters of their schedule. */
export interface TickCounts extends Record<SkipReason, number> {
  fired: number
  skipped: number
  late: number
  manual: number
  /** The last tick that got a job; null when none did. */
  lastFired: EpochMs | null
}

/** Adds up tick records, so that every store counts alike. */
export function countTicks(ticks: readonly TickRecord[]): TickCounts {
  const counts: TickCounts = {
    fired: 0,
    skipped: 0,
    late: 0,
    manual: 0,
    missed: 0,
    overlap: 0,
    paused: 0,
    ended: 0,
    lastFired: null,
  }
  for (const { tick, outcome, reason, lateMs, count } of ticks) {
    counts[outcome] += count
    if (reason !== null) counts[reason] += count
    if (outcome !== 'fired') continue
    counts.lastFired = tick
    if (lateMs > LATE_MS) counts.late += count
  }
  return counts
}
