import type { NewJob } from '../../model/job.js'
import type { Settlement } from '../../model/lease.js'
import type { Call } from '../../port/call.js'
import type { SettleOutcome } from '../../port/job-store.js'
import type { PgTx } from './client-types.js'
import { haveParents } from './enqueue.js'
import { followUpsOf, settlementColumns, settlementParams } from './settlement-columns.js'
import type { Store } from './store.js'

/** What `settle_all` says; null: all settled. */
export interface SettleAnswer {
  readonly o_outcomes: readonly number[] | null
  readonly o_hints: readonly (number | null)[] | null
}

const SETTLE = `SELECT row_to_json(o)::text FROM {s}.settle_jobs(${settlementParams(1)}) o`
const SETTLE_IN = `SELECT row_to_json(o)::text, pg_notify($25, $26)::text FROM {s}.settle_jobs(${settlementParams(1)}) o`

/** Records how attempts ended in one statement; see `JobStore.settle`. */
export async function settleJobs(
  store: Store,
  call: Call,
  settlements: readonly Settlement[],
  tx: PgTx | undefined,
): Promise<readonly SettleOutcome[]> {
  const followUps = followUpsOf(settlements)
  const columns = settlementColumns(settlements, followUps, await store.kinds.intern(call, followUps))
  if (tx !== undefined) {
    const { wakeups } = store
    // Which queues got something to claim is known only when it is done.
    const payload = wakeups.payload({ queues: null, kinds: ['events'] })
    const values = [...columns, wakeups.channel, payload]
    return outcomesOf(settlements, await store.jsonIn(call, tx, SETTLE_IN, values, haveParents(followUps)))
  }
  const answer = await store.json<SettleAnswer>(call, SETTLE, columns, 'again')
  tellSettled(store, answer, followUps)
  return outcomesOf(settlements, answer)
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
