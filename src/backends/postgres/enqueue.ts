import type { NewJob } from '../../model/job.js'
import type { EnqueueOutcome, JobStore } from '../../port/job-store.js'
import type { PgTx } from './client-types.js'
import { keyHeldError } from './errors.js'
import { jobColumns, jobParams } from './job-columns.js'
import type { Store } from './store.js'
import type { Changed } from './wakeups.js'

/** What `put_jobs` says of the jobs of a call. */
export interface PutAnswer {
  /** 0 inserted, 1 its id is on record, 2 its key is held; null: all inserted. */
  readonly o_status: readonly number[] | null
  readonly o_holders: readonly (string | null)[] | null
  readonly o_hints: readonly number[] | null
}

interface EnqueueAnswer extends PutAnswer {
  /** Nothing was stored: a key is held by an open transaction. */
  readonly o_busy: boolean
}

const ENQUEUE = `SELECT row_to_json(o)::text FROM {s}.enqueue_jobs($1::boolean, $2::boolean, ${jobParams(3)}) o`
const ENQUEUE_IN = `SELECT row_to_json(o)::text, pg_notify($16, $17)::text FROM {s}.enqueue_jobs($1::boolean, $2::boolean, ${jobParams(3)}) o`

/** Stores new jobs in one statement; see `JobStore.enqueue`. */
export async function enqueueJobs(
  store: Store,
  params: Parameters<JobStore['enqueue']>[0],
  tx: PgTx | undefined,
): Promise<readonly EnqueueOutcome[]> {
  const { jobs, impatient = false } = params
  const kinds = await store.kinds.intern(params, jobs)
  const columns = jobColumns(jobs, kinds)
  const changed = changedBy(jobs)
  if (tx !== undefined) {
    const { wakeups } = store
    const values = [false, false, ...columns, wakeups.channel, wakeups.payload(changed)]
    return outcomesOf(jobs, await store.jsonIn<PutAnswer>(params, tx, ENQUEUE_IN, values, haveParents(jobs)))
  }
  const answer = await store.json<EnqueueAnswer>(params, ENQUEUE, [true, impatient, ...columns], 'again')
  if (answer.o_busy) throw keyHeldError(store.where)
  if (answer.o_status?.every((status) => status !== 0) !== true) store.wakeups.committed(changed)
  return outcomesOf(jobs, answer)
}

/** A job that waits for one that nobody knows is refused. */
export function haveParents(jobs: readonly NewJob[]): boolean {
  return jobs.some(({ parents }) => parents.length > 0)
}

/** What the storing of jobs changes. */
export function changedBy(jobs: readonly NewJob[]): Changed {
  return { queues: new Set(jobs.map(({ queue }) => queue)), kinds: ['events'] }
}

function outcomesOf(jobs: readonly NewJob[], { o_status, o_holders }: PutAnswer): readonly EnqueueOutcome[] {
  return jobs.map(({ id }, at): EnqueueOutcome => {
    const status = o_status?.[at] ?? 0
    if (status === 0) return { status: 'inserted', id }
    return status === 1
      ? { status: 'duplicate', id, by: 'id' }
      : { status: 'duplicate', id: o_holders?.[at] ?? id, by: 'unique' }
  })
}
