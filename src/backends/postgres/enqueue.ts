import type { NewJob } from '../../model/job.js'
import type { Call } from '../../port/call.js'
import type { EnqueueOutcome, JobStore } from '../../port/job-store.js'
import { textsOf } from './arrays.js'
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
const AGES = 'SELECT id, {s}.clock_ms() - enqueued_at FROM {s}.bodies WHERE id = ANY ($1)'
const ENQUEUE_IN = `SELECT row_to_json(o)::text, pg_notify($16, $17)::text FROM {s}.enqueue_jobs($1::boolean, $2::boolean, ${jobParams(3)}) o`

/** Stores new jobs in one statement; see `JobStore.enqueue`. */
export async function enqueueJobs(
  store: Store,
  params: Parameters<JobStore['enqueue']>[0],
  tx: PgTx | undefined,
): Promise<readonly EnqueueOutcome[]> {
  const { jobs, impatient = false } = params
  const columnsNow = async (): Promise<readonly unknown[]> => jobColumns(jobs, await store.kinds.intern(params, jobs))
  const columns = await columnsNow()
  const changed = changedBy(jobs)
  if (tx !== undefined) {
    const { wakeups } = store
    const values = [false, false, ...columns, wakeups.channel, wakeups.payload(changed)]
    return outcomesOf(jobs, await store.jsonIn<PutAnswer>(params, tx, ENQUEUE_IN, values, haveParents(jobs)))
  }
  let repeats = 0
  const startedAt = store.options.clock.monotonic()
  const renew = async (): Promise<readonly unknown[]> => {
    repeats += 1
    return [true, impatient, ...(await columnsNow())]
  }
  const answer = await store.json<EnqueueAnswer>(params, ENQUEUE, [true, impatient, ...columns], { again: true, renew })
  if (answer.o_busy) throw keyHeldError(store.where)
  const outcomes = outcomesOf(jobs, answer)
  const told = repeats === 0 ? outcomes : await ownOutcomes(store, params, outcomes, startedAt)
  if (told.some(({ status }) => status === 'inserted')) store.wakeups.committed(changed)
  return told
}

/**
 * The same, told by what is on record: a call that was sent again after its connection was lost finds its own jobs there when it had
 * its effect the first time, and then nobody has been hinted at them yet. They were stored since it began, by the clock of the server.
 */
async function ownOutcomes(
  store: Store,
  call: Call,
  outcomes: readonly EnqueueOutcome[],
  startedAt: number,
): Promise<readonly EnqueueOutcome[]> {
  const found = outcomes.filter((outcome) => outcome.status === 'duplicate' && outcome.by === 'id')
  if (found.length === 0) return outcomes
  const rows = await store.read(call, AGES, [textsOf(found.map(({ id }) => id))])
  // Both ages are those of a moment before this one; the server counts whole milliseconds.
  const ageMs = store.options.clock.monotonic() - startedAt + 1
  const own = new Set(rows.filter(([, storedMs]) => Number(storedMs) <= ageMs).map(([id]) => id))
  return outcomes.map((outcome): EnqueueOutcome =>
    outcome.status === 'duplicate' && outcome.by === 'id' && own.has(outcome.id)
      ? { status: 'inserted', id: outcome.id }
      : outcome,
  )
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
