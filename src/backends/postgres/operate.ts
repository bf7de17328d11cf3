import type { Call } from '../../port/call.js'
import type { CancelOutcome, DeleteOutcome, RetryOutcome } from '../../port/job-store.js'
import { textsOf, withoutNul } from './arrays.js'
import type { Store } from './store.js'
import type { Changed } from './wakeups.js'

type Ids = { readonly ids: readonly string[] } & Call

const CANCELLED: readonly CancelOutcome[] = ['cancelled', 'requested', 'finished', 'unknown']
const RETRIED: readonly RetryOutcome[] = ['retried', 'pending', 'running', 'duplicate', 'unknown']
const DELETED: readonly DeleteOutcome[] = ['deleted', 'running', 'unknown']

/** Calls jobs off; see `JobStore.cancel`. */
export async function cancelJobs(
  store: Store,
  params: Ids & { readonly reason: string | null },
): Promise<readonly CancelOutcome[]> {
  const reason = params.reason === null ? null : withoutNul(params.reason)
  const { outcomes, touched } = await operate(store, params, 'cancel_jobs($1, $2)', CANCELLED, [reason])
  const kinds: Changed['kinds'] = [
    ...(outcomes.includes('cancelled') ? (['events'] as const) : []),
    ...(outcomes.includes('requested') ? (['cancel'] as const) : []),
  ]
  store.wakeups.committed({ queues: touched, kinds })
  return outcomes
}

/** Makes jobs due at once; see `JobStore.retry`. */
export async function retryJobs(store: Store, params: Ids): Promise<readonly RetryOutcome[]> {
  const { outcomes, touched } = await operate(store, params, 'retry_jobs($1)', RETRIED)
  if (outcomes.includes('retried')) store.wakeups.committed({ queues: touched, kinds: ['events'] })
  return outcomes
}

/** Removes jobs; see `JobStore.delete`. */
export async function deleteJobs(store: Store, params: Ids): Promise<readonly DeleteOutcome[]> {
  const { outcomes, touched } = await operate(store, params, 'delete_jobs($1)', DELETED)
  if (outcomes.includes('deleted')) store.wakeups.committed({ queues: touched, kinds: ['events'] })
  return outcomes
}

async function operate<Outcome>(
  store: Store,
  params: Ids,
  call: string,
  names: readonly Outcome[],
  more: readonly unknown[] = [],
): Promise<{ readonly outcomes: readonly Outcome[]; readonly touched: readonly string[] | null }> {
  const { o_outcomes, o_hints } = await store.json<{ o_outcomes: number[] | null; o_hints: (number | null)[] | null }>(
    params,
    `SELECT row_to_json(o)::text FROM {s}.${call} o`,
    [textsOf(params.ids), ...more],
  )
  return {
    outcomes: (o_outcomes ?? []).map((outcome) => names[outcome] as Outcome),
    touched: store.kinds.queuesOf(o_hints),
  }
}
