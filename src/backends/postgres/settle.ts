import { RotaError } from '../../model/errors.js'
import type { NewJob } from '../../model/job.js'
import type { Settlement } from '../../model/lease.js'
import type { Call } from '../../port/call.js'
import type { JobStore, SettleOutcome } from '../../port/job-store.js'
import { arrayOf } from './arrays.js'
import type { PgTx } from './client-types.js'
import { haveParents } from './enqueue.js'
import { receiptColumns } from './receipts.js'
import { followUpsOf, settlementColumns, settlementParams } from './settlement-columns.js'
import { AGAIN, type Store } from './store.js'

/** What `settle_all` says; null: all settled. */
export interface SettleAnswer {
  readonly o_outcomes: readonly number[] | null
  readonly o_hints: readonly (number | null)[] | null
}

const SETTLE = `SELECT row_to_json(o)::text FROM {s}.settle_jobs(${settlementParams(1)}) o`
const SETTLE_ALONE = `SELECT row_to_json(o)::text FROM {s}.settle_alone(${settlementParams(1)}) o`
const HELD = 'SELECT to_json({s}.held_jobs($1))'
const SETTLE_IN = `SELECT row_to_json(o)::text, pg_notify($25, $26)::text FROM {s}.settle_jobs(${settlementParams(1)}) o`

/** Records how attempts ended, in one statement where nobody holds one of their jobs; see `JobStore.settle`. */
export async function settleJobs(
  store: Store,
  params: Parameters<JobStore['settle']>[0],
  tx: PgTx | undefined,
): Promise<readonly SettleOutcome[]> {
  const { settlements, impatient = false } = params
  if (tx !== undefined) return settleIn(store, params, tx)
  if (impatient) return settleFree(store, params, settlements)
  return settleTogether(store, params, SETTLE, settlements)
}

async function settleIn(
  store: Store,
  params: Parameters<JobStore['settle']>[0],
  tx: PgTx,
): Promise<readonly SettleOutcome[]> {
  const { settlements } = params
  const { wakeups } = store
  const followUps = followUpsOf(settlements)
  // Which queues got something to claim is known only when it is done.
  const payload = wakeups.payload({ queues: null, kinds: ['events'] })
  const columns = settlementColumns(settlements, followUps, await store.kinds.intern(params, followUps))
  const values = [...columns, wakeups.channel, payload]
  return outcomesOf(settlements, await store.jsonIn(params, tx, SETTLE_IN, values, haveParents(followUps)))
}

async function settleTogether(
  store: Store,
  call: Call,
  text: string,
  settlements: readonly Settlement[],
): Promise<readonly SettleOutcome[]> {
  const followUps = followUpsOf(settlements)
  const columns = settlementColumns(settlements, followUps, await store.kinds.intern(call, followUps))
  const answer = await store.json<SettleAnswer>(call, text, columns, { again: true, impatient: text === SETTLE_ALONE })
  tellSettled(store, answer, followUps)
  return outcomesOf(settlements, answer)
}

/**
 * Records those that nobody makes wait. A group that meets a lock is undone after 20 ms: then those whose own jobs are held are left
 * out, or, where it is something else such as a child of one, the group is halved.
 */
export async function settleFree(
  store: Store,
  call: Call,
  settlements: readonly Settlement[],
): Promise<readonly SettleOutcome[]> {
  try {
    return await settleTogether(store, call, SETTLE_ALONE, settlements)
  } catch (error) {
    if (!isBusy(error)) throw error
  }
  if (settlements.length === 1) return ['busy']
  const isHeld = await heldOf(store, call, settlements)
  const free = settlements.filter((_one, at) => isHeld[at] !== true)
  if (free.length < settlements.length) {
    const outcomes = free.length === 0 ? [] : await settleFree(store, call, free)
    let next = 0
    return settlements.map((_one, at) => (isHeld[at] === true ? 'busy' : (outcomes[next++] ?? 'busy')))
  }
  const middle = Math.ceil(settlements.length / 2)
  const first = await settleFree(store, call, settlements.slice(0, middle))
  return [...first, ...(await settleFree(store, call, settlements.slice(middle)))]
}

/** True for an error of a statement that has met a lock and was undone. */
export function isBusy(error: unknown): boolean {
  return RotaError.is(error) && error.code === 'BUSY'
}

async function heldOf(store: Store, call: Call, settlements: readonly Settlement[]): Promise<readonly boolean[]> {
  const { seqs } = receiptColumns(settlements.map(({ receipt }) => receipt))
  const held = new Set(await store.json<readonly number[]>(call, HELD, [arrayOf(seqs)], AGAIN))
  return seqs.map((seq) => seq !== null && held.has(seq))
}

export function outcomesOf(settlements: readonly Settlement[], { o_outcomes }: SettleAnswer): readonly SettleOutcome[] {
  return settlements.map((_one, at) => ((o_outcomes?.[at] ?? 1) === 1 ? 'settled' : 'lost'))
}

/** Gives the hints of settlements that were recorded. */
export function tellSettled(store: Store, { o_outcomes, o_hints }: SettleAnswer, followUps: readonly NewJob[]): void {
  if (o_outcomes?.every((outcome) => outcome === 0) === true && o_hints === null) return
  const touched = store.kinds.queuesOf(o_hints)
  const queues = touched === null ? null : new Set([...touched, ...followUps.map(({ queue }) => queue)])
  store.wakeups.committed({ queues, kinds: ['events'] })
}
