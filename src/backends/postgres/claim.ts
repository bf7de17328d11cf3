import type { NewJob } from '../../model/job.js'
import type { ClaimParams, ClaimResult, JobStore } from '../../port/job-store.js'
import { arrayOf, textsOf } from './arrays.js'
import { type Floors, KEPT_MS, type LaneFloors } from './lane-floors.js'
import { leasesOf, numbersOf } from './leases-of.js'
import { isBusy, outcomesOf, type SettleAnswer, settleFree, tellSettled } from './settle.js'
import { followUpsOf, settlementColumns, settlementParams } from './settlement-columns.js'
import type { Row, Store } from './store.js'

const CLAIM_PARAMS =
  '$1, $2::bigint, $3::text[], $4::bigint[], $5::text[], $6::int, $7::boolean, $8::boolean, $9::int[], $10::bigint[]'
const CLAIM = `SELECT * FROM {s}.claim_jobs(${CLAIM_PARAMS}, NULL)`
const EXCHANGE = (settle: string): string => `SELECT * FROM {s}.claim_jobs(${CLAIM_PARAMS},
  (SELECT row_to_json(o) FROM {s}.${settle}(${settlementParams(11)}) o))`
const EXCHANGE_PATIENT = EXCHANGE('settle_jobs')
const EXCHANGE_IMPATIENT = EXCHANGE('settle_alone')

interface Answer {
  readonly now: number
  readonly next: number | null
  readonly hints: readonly (number | null)[] | null
  readonly settled: SettleAnswer | null
  readonly floors: Floors | null
}

/** Lends out jobs that are due; see `JobStore.claim`. */
export async function claimJobs(store: Store, params: ClaimParams): Promise<ClaimResult> {
  const floors = store.floors.get()
  const rows = await store.rows(params, CLAIM, claimValues(params, floors))
  return readClaim(store, params, { row: rows[0], isWhole: floors[0] === null })
}

type ExchangeParams = Parameters<JobStore['exchange']>[0]
type Exchanged = Awaited<ReturnType<JobStore['exchange']>>

/** Settles and claims, in one statement where nobody holds one of the jobs that have ended; see `JobStore.exchange`. */
export async function exchangeJobs(store: Store, params: ExchangeParams): Promise<Exchanged> {
  const { impatient = false } = params
  if (!impatient) return exchangeTogether(store, params, EXCHANGE_PATIENT)
  try {
    return await exchangeTogether(store, params, EXCHANGE_IMPATIENT)
  } catch (error) {
    if (!isBusy(error)) throw error
  }
  const outcomes = await settleFree(store, params, params.settlements)
  try {
    return { ...(await claimJobs(store, params.claim)), outcomes }
  } catch {
    // What was recorded must be told. The next claim meets the same error, and nothing stands in its way.
    return { leases: [], nextVisibleAt: 0, outcomes }
  }
}

async function exchangeTogether(store: Store, params: ExchangeParams, text: string): Promise<Exchanged> {
  const { settlements, claim, impatient = false } = params
  const followUps: readonly NewJob[] = followUpsOf(settlements)
  const columns = settlementColumns(settlements, followUps, await store.kinds.intern(params, followUps))
  const floors = store.floors.get()
  const rows = await store.rows(params, text, [...claimValues(claim, floors), ...columns], { impatient })
  const { settled } = answerOf(rows[0])
  if (settled === null) throw new Error('an exchange must answer for its settlements')
  if (settlements.length > 0) tellSettled(store, settled, followUps)
  const claimed = await readClaim(store, claim, { row: rows[0], isWhole: floors[0] === null })
  return { ...claimed, outcomes: outcomesOf(settlements, settled) }
}

function claimValues(params: ClaimParams, [lanes, heads]: ReturnType<LaneFloors['get']>): readonly unknown[] {
  const { workerId, leaseMs, queues, tasks, limit, suspects, from } = params
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

/** `isWhole`: the claim looked from the beginning of each lane. */
async function readClaim(
  store: Store,
  { leaseMs }: ClaimParams,
  { row, isWhole }: { readonly row: Row | undefined; readonly isWhole: boolean },
): Promise<ClaimResult> {
  const { now, next, hints, floors } = answerOf(row)
  if (floors !== null) store.floors.set(floors, isWhole)
  const lent = numbersOf(row)
  const kindOf = await store.kinds.read(
    {},
    lent.map(([, , , kind]) => kind),
  )
  if (lent.length > 0) store.wakeups.committed({ kinds: ['events'] })
  if (hints !== null) {
    store.wakeups.committed({ queues: store.kinds.queuesOf(hints), kinds: ['events'] })
  }
  // Nobody is told again of what lies before the floors: a look that passed it by must be followed by one that does not.
  const nextVisibleAt = isWhole ? next : Math.min(next ?? Infinity, now + KEPT_MS)
  return { leases: leasesOf(row, lent, { now, leaseMs, kindOf }), nextVisibleAt }
}

function answerOf(row: Row | undefined): Answer {
  return JSON.parse(row?.[4] ?? 'null') as Answer
}
