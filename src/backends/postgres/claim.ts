import type { NewJob, Priority, TickInfo } from '../../model/job.js'
import type { Lease, Settlement } from '../../model/lease.js'
import type { ClaimParams, ClaimResult, SettleOutcome } from '../../port/job-store.js'
import { arrayOf, textsOf } from './arrays.js'
import { FLAG, numberOf } from './job-record.js'
import type { Kind } from './kinds.js'
import { receiptOf } from './receipts.js'
import { outcomesOf, tellSettled } from './settle.js'
import { followUpsOf, settlementColumns, settlementParams } from './settlement-columns.js'
import type { Row, Store } from './store.js'

const CLAIM_PARAMS = '$1, $2::bigint, $3::text[], $4::bigint[], $5::text[], $6::int, $7::boolean, $8::boolean'
const CLAIM = `SELECT * FROM {s}.claim_jobs(${CLAIM_PARAMS})`
const EXCHANGE = `SELECT * FROM {s}.exchange_jobs(${CLAIM_PARAMS}, ${settlementParams(9)})`

/** Where the row that is no lease has its text. */
const META = 16

interface ClaimMeta {
  readonly now: number
  readonly next: number | null
  readonly hints: readonly (number | null)[] | null
}

interface SettleMeta {
  readonly outcomes: readonly number[] | null
  readonly hints: readonly (number | null)[] | null
}

/** Lends out jobs that are due; see `JobStore.claim`. */
export async function claimJobs(store: Store, params: ClaimParams): Promise<ClaimResult> {
  const rows = await store.rows(params, CLAIM, claimValues(params))
  return readClaim(store, params, rows)
}

/** Settles and claims in one statement; see `JobStore.exchange`. */
export async function exchangeJobs(
  store: Store,
  params: {
    readonly settlements: readonly Settlement[]
    readonly claim: ClaimParams
    readonly signal?: AbortSignal | undefined
  },
): Promise<ClaimResult & { readonly outcomes: readonly SettleOutcome[] }> {
  const { settlements, claim } = params
  const followUps: readonly NewJob[] = followUpsOf(settlements)
  const columns = settlementColumns(settlements, followUps, await store.intern(params, followUps))
  const [first, ...rows] = await store.rows(params, EXCHANGE, [...claimValues(claim), ...columns])
  const { outcomes, hints } = JSON.parse(first?.[META] ?? 'null') as SettleMeta
  const answer = { o_outcomes: outcomes, o_hints: hints }
  if (settlements.length > 0) tellSettled(store, answer, followUps)
  const result = await readClaim(store, { ...claim, signal: params.signal }, rows)
  return { ...result, outcomes: outcomesOf(settlements, answer) }
}

function claimValues({ workerId, leaseMs, queues, tasks, limit, suspects, from }: ClaimParams): readonly unknown[] {
  return [
    workerId,
    leaseMs,
    textsOf(queues.map(({ queue }) => queue)),
    arrayOf(queues.map((queue) => queue.limit)),
    textsOf(tasks),
    limit,
    suspects,
    from === 'lowest',
  ]
}

async function readClaim(store: Store, params: ClaimParams, rows: readonly Row[]): Promise<ClaimResult> {
  const lent = rows.slice(0, -1)
  const meta = JSON.parse(rows.at(-1)?.[META] ?? 'null') as ClaimMeta
  const kindOf = await store.kindsOf({}, new Set(lent.map((row) => Number(row[3]))))
  if (lent.length > 0) store.wakeups.committed({ kinds: ['events'] })
  if (meta.hints !== null) {
    store.wakeups.committed({ queues: store.queuesOf(meta.hints.filter((kind) => kind !== null)), kinds: ['events'] })
  }
  return { leases: lent.map((row) => leaseOf(row, meta.now, params.leaseMs, kindOf)), nextVisibleAt: meta.next }
}

function leaseOf(row: Row, now: number, leaseMs: number, kindOf: (id: number) => Kind): Lease {
  const [seq, fenceText, dueAt, kind, priority, tries, iterations, flags, id, enqueuedAt, ...body] = row
  const [payload, note, headers, deadline, maxTries, tick] = body
  const fence = Number(fenceText)
  const { queue, task } = kindOf(Number(kind))
  return {
    receipt: receiptOf(Number(seq), fence),
    fence,
    claimedAt: now,
    leaseUntil: now + leaseMs,
    suspect: (Number(flags) & FLAG.suspect) !== 0,
    job: {
      id: id ?? '',
      task,
      queue,
      priority: Number(priority) as Priority,
      payload: payload == null ? null : { json: payload, note: note ?? null },
      headers: headers ?? null,
      enqueuedAt: Number(enqueuedAt),
      dueAt: Number(dueAt),
      deadline: numberOf(deadline),
      tries: Number(tries),
      maxTries: numberOf(maxTries),
      iterations: Number(iterations),
      tick: tick == null ? null : (JSON.parse(tick) as TickInfo),
    },
  }
}
