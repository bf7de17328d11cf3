import { LATE_MS } from '../../model/schedule-record.js'
import { countTicks } from '../../model/tick-counts.js'
import type { Fire } from '../../port/schedule-store.js'
import { HINT } from './changes.js'
import type { SqlValue } from './client-types.js'
import { enqueueJobs } from './enqueue.js'
import { cancelJob } from './operate.js'
import { OUTCOMES } from './schedule-record.js'
import {
  type AdvancedRow,
  advanceFull,
  advancePlain,
  type AdvanceRow,
  type PlainAdvanceRow,
} from './statements/advance-schedules.js'
import { rowsOfInsert } from './statements/enqueue.js'
import { FORGET_TICKS, insertTicks, TICK_COLUMNS } from './statements/schedule-ticks.js'
import type { Transaction } from './transaction.js'

/** `ScheduleStore.history` gives as many. */
const HISTORY_MAX = 1_000

/** Old records are forgotten once in so many of a schedule: looking for the oldest one that is kept walks over all of them. */
const FORGET_EVERY = 512

/**
 * Advances schedules and makes the jobs of their ticks; see `ScheduleStore.fire`. Schedules, history and jobs are written many rows
 * to a statement; whatever throws undoes the whole call.
 */
export function fireSchedules(tx: Transaction, fires: readonly Fire[]): readonly ('fired' | 'superseded')[] {
  const won = apart(fires).flatMap((part) => advance(tx, part))
  // A tick that somebody else has fired must not cost a commit that has to reach the disk.
  if (won.includes(true)) {
    const winners = fires.filter((_, at) => won[at])
    for (const fire of winners) settleAround(tx, fire)
    const jobs = winners.flatMap((fire) => fire.jobs)
    enqueueJobs(tx, jobs)
    tx.changes.hint(HINT.schedules)
  }
  return won.map((isWon) => (isWon ? 'fired' : 'superseded'))
}

/** A schedule that comes twice in one call is fired by the first, which the second has to meet. */
function apart(fires: readonly Fire[]): readonly (readonly Fire[])[] {
  const names = new Set(fires.map(({ name }) => name))
  return names.size === fires.length ? [fires] : fires.map((fire) => [fire])
}

/** Moves schedules and writes their history; true for each that was still the one that the scheduler has read. */
function advance(tx: Transaction, fires: readonly Fire[]): readonly boolean[] {
  const { session, now, state } = tx
  const moved = new Map<string, AdvancedRow>()
  /** The first record of each firing; its last one is the version of the schedule from then on. */
  const firsts: number[] = []
  let next = state.nextVersion
  for (let at = 0; at < fires.length;) {
    const part = fires.slice(at, (at += rowsOfInsert(fires.length - at)))
    const arePlain = part.every(isPlain)
    const params: SqlValue[] = [now]
    for (const fire of part) {
      firsts.push(next)
      next += Math.max(1, fire.ticks.length)
      params.push(...(arePlain ? plainRow(fire, next - 1) : advanceRow(fire, next - 1)))
    }
    const query = arePlain ? advancePlain(part.length) : advanceFull(part.length)
    for (const row of session.all(query, ...params)) moved.set(row[0], row)
  }
  if (moved.size > 0) {
    while (state.nextVersion < next) tx.takeVersion()
    insertHistory(tx, fires, firsts, moved)
  }
  return fires.map(({ name }) => moved.has(name))
}

/** One tick, fired in time, and nothing else to keep: what most firings are. */
function isPlain({ tick, ticks: [record, ...more], pauseFor, unfinished }: Fire): boolean {
  if (record?.outcome !== 'fired' || more.length > 0 || pauseFor !== undefined || unfinished != null) return false
  return record.tick === tick && record.count === 1 && record.lateMs <= LATE_MS
}

function plainRow(fire: Fire, nextVersion: number): PlainAdvanceRow {
  const { name, incarnation, version, tick, nextTickAt, dueAt = nextTickAt } = fire
  return [name, incarnation, version, nextVersion, nextTickAt, dueAt, tick ?? 0]
}

function advanceRow(fire: Fire, nextVersion: number): AdvanceRow {
  const { name, incarnation, version, tick, nextTickAt, dueAt = nextTickAt, pauseFor = null, ticks } = fire
  const { lastFired, fired, missed, overlap, paused, ended, late, manual } = countTicks(ticks)
  const unfinished = fire.unfinished == null ? null : JSON.stringify(fire.unfinished)
  const record = ticks.length === 0 ? null : nextVersion
  const instants = [nextTickAt, dueAt, tick, lastFired] as const
  const counts = [fired, missed, overlap, paused, ended, late, manual] as const
  return [name, incarnation, version, nextVersion, pauseFor, ...instants, ...counts, unfinished, record]
}

function insertHistory(
  { session }: Transaction,
  fires: readonly Fire[],
  firsts: readonly number[],
  moved: ReadonlyMap<string, AdvancedRow>,
): void {
  const params: SqlValue[] = []
  const full: string[] = []
  for (const [index, { name, ticks }] of fires.entries()) {
    const [, passed = 0, recordBefore = null] = moved.get(name) ?? []
    if (!moved.has(name)) continue
    let id = firsts[index] as number
    let before = recordBefore
    let count = 0
    for (const record of ticks) {
      const { tick, at, outcome, reason, lateMs, jobId } = record
      params.push(id, before, tick, at, OUTCOMES.indexOf(outcome), reason, lateMs, jobId, record.count)
      before = id++
      count += record.count
    }
    if (passed > HISTORY_MAX && roundOf(passed) > roundOf(passed - count)) full.push(name)
  }
  for (let at = 0; at < params.length;) {
    const rows = rowsOfInsert((params.length - at) / TICK_COLUMNS)
    session.run(insertTicks(rows), ...params.slice(at, (at += rows * TICK_COLUMNS)))
  }
  for (const name of full) session.run(FORGET_TICKS, name, HISTORY_MAX)
}

function roundOf(passed: number): number {
  return Math.floor(passed / FORGET_EVERY)
}

/** What a firing changes beside its schedule and before its jobs. */
function settleAround(tx: Transaction, { cancel, pauseFor }: Fire): void {
  if (pauseFor !== undefined) tx.changeSchedules()
  if (cancel === undefined) return
  tx.readyArrivals()
  for (const id of cancel.ids) cancelJob(tx, id, cancel.reason)
}
