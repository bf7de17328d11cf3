import type { ScheduleRecord } from '../../model/schedule-record.js'
import { countTicks } from '../../model/tick-counts.js'
import type { Fire } from '../../port/schedule-store.js'
import type { Commit } from './commit.js'
import { insertJobs } from './enqueue.js'
import { cancelJob } from './operate.js'
import { edit, rewrite } from './schedule-edits.js'

/** `ScheduleStore.history` keeps as many. */
const HISTORY_MAX = 1_000

/** Advances one schedule and makes the jobs of its tick; see `ScheduleStore.fire`. */
export function fireSchedule(commit: Commit, fire: Fire): 'fired' | 'superseded' {
  const stored = commit.state.schedules.get(fire.name)
  const record = stored?.record
  if (stored === undefined || record?.incarnation !== fire.incarnation || record.version !== fire.version) {
    return 'superseded'
  }
  if (record.firedThrough !== null && fire.tick !== null && fire.tick <= record.firedThrough) return 'superseded'
  for (const id of fire.cancel?.ids ?? []) cancelJob(commit, id, fire.cancel?.reason ?? null)
  insertJobs(commit, fire.jobs)
  const move = fire.pauseFor === undefined ? rewrite : edit
  move(commit, stored, changeOf(record, fire))
  stored.history.push(...fire.ticks.map((tick) => ({ ...tick })))
  stored.history.sort((a, b) => a.tick - b.tick)
  stored.history.splice(0, stored.history.length - HISTORY_MAX)
  return 'fired'
}

function changeOf(record: ScheduleRecord, fire: Fire): Partial<ScheduleRecord> {
  const { nextTickAt, dueAt = nextTickAt, pauseFor, ticks, unfinished = null } = fire
  const counts = countTicks(ticks)
  const { missed, overlap, paused, ended } = record.skippedBy
  return {
    firedThrough: fire.tick ?? record.firedThrough,
    nextTickAt,
    dueAt,
    lastTickAt: counts.lastFired ?? record.lastTickAt,
    fired: record.fired + counts.fired,
    skipped: record.skipped + counts.skipped,
    skippedBy: {
      missed: missed + counts.missed,
      overlap: overlap + counts.overlap,
      paused: paused + counts.paused,
      ended: ended + counts.ended,
    },
    late: record.late + counts.late,
    manual: record.manual + counts.manual,
    unfinished: unfinished === null ? null : [...unfinished],
    ...(pauseFor === undefined ? {} : { paused: true, pausedFor: pauseFor }),
  }
}
