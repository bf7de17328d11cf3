import { countTicks } from '../../model/tick-counts.js'
import type { Fire } from '../../port/schedule-store.js'
import { HINT } from './changes.js'
import { enqueueJobs } from './enqueue.js'
import { cancelJob } from './operate.js'
import { OUTCOMES } from './schedule-record.js'
import { ADD_TICK, ADVANCE_SCHEDULE, FORGET_TICKS } from './statements/schedules.js'
import type { Transaction } from './transaction.js'

/** Old ticks are forgotten once in so many of a schedule: looking for the oldest one that is kept walks over all of them. */
const FORGET_EVERY = 64

/**
 * Advances schedules and makes the jobs of their ticks; see `ScheduleStore.fire`. The jobs of all winners are stored together,
 * many rows to a statement; whatever throws undoes the whole call.
 */
export function fireSchedules(tx: Transaction, fires: readonly Fire[]): readonly ('fired' | 'superseded')[] {
  const won = fires.map((fire) => advance(tx, fire))
  const jobs = fires.flatMap((fire, at) => (won[at] === true ? fire.jobs : []))
  enqueueJobs(tx, jobs)
  if (won.includes(true)) tx.changes.hint(HINT.schedules)
  return won.map((isWon) => (isWon ? 'fired' : 'superseded'))
}

/** True when the schedule was still the one that the scheduler has read. */
function advance(tx: Transaction, fire: Fire): boolean {
  const { name, incarnation, version, tick, nextTickAt, dueAt = nextTickAt, pauseFor = null, unfinished = null } = fire
  const counts = countTicks(fire.ticks)
  const nextVersion = tx.state.nextVersion
  const row = tx.session.get(
    ADVANCE_SCHEDULE,
    nextVersion,
    tx.now,
    pauseFor,
    pauseFor,
    nextTickAt,
    dueAt,
    tick,
    counts.lastFired,
    counts.fired,
    counts.missed,
    counts.overlap,
    counts.paused,
    counts.ended,
    counts.late,
    counts.manual,
    unfinished === null ? null : JSON.stringify(unfinished),
    name,
    incarnation,
    version,
    tick,
  )
  // A tick that somebody else has fired must not cost a commit that has to reach the disk.
  if (row === undefined) return false
  tx.takeVersion()
  if (pauseFor !== null) tx.changeSchedules()
  if (fire.cancel != null) tx.readyArrivals()
  for (const id of fire.cancel?.ids ?? []) cancelJob(tx, id, fire.cancel?.reason ?? null)
  const [passed] = row
  const before = passed - counts.fired - counts.manual - counts.skipped
  keepHistory(tx, fire, nextVersion, roundOf(passed) > roundOf(before))
  return true
}

function roundOf(passed: number): number {
  return Math.floor(passed / FORGET_EVERY)
}

function keepHistory({ session }: Transaction, { name, ticks }: Fire, version: number, forget: boolean): void {
  for (const { tick, at, outcome, reason, lateMs, jobId, count } of ticks) {
    session.run(ADD_TICK, name, version, tick, at, OUTCOMES.indexOf(outcome), reason, lateMs, jobId, count)
  }
  if (forget) session.run(FORGET_TICKS, name, name)
}
