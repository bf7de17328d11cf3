import type { NewJob, Priority, TickInfo } from '../../model/job.js'
import type { Lease, Settlement } from '../../model/lease.js'
import type { ClaimParams, ClaimResult, SettleOutcome } from '../../port/job-store.js'
import { arrayOf, textsOf } from './arrays.js'
import { FLAG } from './job-record.js'
import type { Kind } from './kinds.js'
import type { Floors } from './lane-floors.js'
import { receiptOf } from './receipts.js'
import { outcomesOf, type SettleAnswer, tellSettled } from './settle.js'
import { followUpsOf, settlementColumns, settlementParams } from './settlement-columns.js'
import type { Row, Store } from './store.js'

const CLAIM_PARAMS =
  '$1, $2::bigint, $3::text[], $4::bigint[], $5::text[], $6::int, $7::boolean, $8::boolean, $9::int[], $10::bigint[]'
const CLAIM = `SELECT * FROM {s}.claim_jobs(${CLAIM_PARAMS}, NULL)`
const EXCHANGE = `SELECT * FROM {s}.claim_jobs(${CLAIM_PARAMS},
  (SELECT row_to_json(o) FROM {s}.settle_jobs(${settlementParams(11)}) o))`

/** The column of what few jobs have, and of the whole answer in the row that is no lease. */
const EXTRAS = 11

interface Answer {
  readonly now: number
  readonly next: number | null
  readonly hints: readonly (number | null)[] | null
  readonly settled: SettleAnswer | null
  readonly floors: Floors | null
}

/** What few jobs have, as the server packs it. */
type Extras = [
  note: string | null,
  headers: string | null,
  deadline: number | null,
  maxTries: number | null,
  tick: string | null,
]

const NO_EXTRAS: Extras = [null, null, null, null, null]

/** Lends out jobs that are due; see `JobStore.claim`. */
export async function claimJobs(store: Store, params: ClaimParams): Promise<ClaimResult> {
  const rows = await store.rows(params, CLAIM, claimValues(store, params))
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
  const columns = settlementColumns(settlements, followUps, await store.kinds.intern(params, followUps))
  const rows = await store.rows(params, EXCHANGE, [...claimValues(store, claim), ...columns])
  const { settled } = answerOf(rows)
  if (settled === null) throw new Error('an exchange must answer for its settlements')
  if (settlements.length > 0) tellSettled(store, settled, followUps)
  return { ...(await readClaim(store, claim, rows)), outcomes: outcomesOf(settlements, settled) }
}

function claimValues(store: Store, params: ClaimParams): readonly unknown[] {
  const { workerId, leaseMs, queues, tasks, limit, suspects, from } = params
  const [lanes, heads] = store.floors.get()
  return [
    workerId,
    leaseMs,
    textsOf(queues.map(({ queue }) => queue)),
    arrayOf(queues.map((queue) => queue.limit)),
    textsOf(tasks),
    limit,
    suspects,
    from === 'lowest',
    lanes,
    heads,
  ]
}

async function readClaim(store: Store, { leaseMs }: ClaimParams, rows: readonly Row[]): Promise<ClaimResult> {
  const { now, next, hints, floors } = answerOf(rows)
  if (floors !== null) store.floors.set(floors)
  const lent = rows.slice(0, -1)
  const kindOf = await store.kinds.read(
    {},
    lent.map((row) => Number(row[3])),
  )
  if (lent.length > 0) store.wakeups.committed({ kinds: ['events'] })
  if (hints !== null) {
    store.wakeups.committed({ queues: store.kinds.queuesOf(hints), kinds: ['events'] })
  }
  return { leases: lent.map((row) => leaseOf(row, now, leaseMs, kindOf)), nextVisibleAt: next }
}

function answerOf(rows: readonly Row[]): Answer {
  return JSON.parse(rows.at(-1)?.[EXTRAS] ?? 'null') as Answer
}

function leaseOf(row: Row, now: number, leaseMs: number, kindOf: (id: number) => Kind): Lease {
  const [seq, fenceText, dueAt, kind, priority, tries, iterations, flags, id, enqueuedAt, payload, packed] = row
  const [note, headers, deadline, maxTries, tick] = packed == null ? NO_EXTRAS : (JSON.parse(packed) as Extras)
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
      payload: payload == null ? null : { json: payload, note },
      headers,
      enqueuedAt: Number(enqueuedAt),
      dueAt: Number(dueAt),
      deadline,
      tries: Number(tries),
      maxTries,
      iterations: Number(iterations),
      tick: tick === null ? null : (JSON.parse(tick) as TickInfo),
    },
  }
}
