import type { TickRecord } from '../../model/schedule-record.js'
import type { Fire } from '../../port/schedule-store.js'
import type { Commit } from './commit.js'
import { insertJobs } from './enqueue.js'
import { rewrite } from './schedule-edits.js'

/** `ScheduleStore.history` keeps as many. */
const HISTORY_MAX = 1_000

/** Advances one schedule and makes the jobs of its tick; see `ScheduleStore.fire`. */
export function fireSchedule(commit: Commit, fire: Fire): 'fired' | 'superseded' {
  const stored = commit.state.schedules.get(fire.name)
  const record = stored?.record
  if (stored === undefined || record?.incarnation !== fire.incarnation || record.version !== fire.version) {
    return 'superseded'
  }
  if (record.firedThrough !== null && fire.tick <= record.firedThrough) return 'superseded'
  insertJobs(commit, fire.jobs)
  const fired = fire.ticks.filter(({ outcome }) => outcome === 'fired')
  rewrite(commit, stored, {
    firedThrough: fire.tick,
    nextTickAt: fire.nextTickAt,
    lastTickAt: fired.at(-1)?.tick ?? record.lastTickAt,
    fired: record.fired + sum(fired),
    skipped: record.skipped + sum(fire.ticks) - sum(fired),
    late: record.late + sum(fired.filter(({ lateMs }) => lateMs > 0)),
  })
  stored.history.push(...fire.ticks.map((tick) => ({ ...tick })))
  stored.history.splice(0, stored.history.length - HISTORY_MAX)
  return 'fired'
}

function sum(ticks: readonly TickRecord[]): number {
  return ticks.reduce((total, { count }) => total + count, 0)
}
