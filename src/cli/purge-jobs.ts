import type { JobState } from '../model/job-state.js'
import type { Backend } from '../port/backend.js'
import { listJobs, type JobFilter } from './list-jobs.js'

/** Jobs removed in one commit: small enough that workers hardly wait behind it. */
const BATCH = 500

/** The states that can be purged: every one but `running`. */
export const PURGEABLE: readonly JobState[] = ['blocked', 'pending', 'completed', 'failed', 'cancelled']

/** How far a purge is. */
export interface PurgeProgress {
  readonly deleted: number
  /** How many there were when it began. */
  readonly total: number
}

/** How many jobs fit the filters, from the maintained counters. */
export async function countJobs(backend: Backend, filters: readonly JobFilter[], signal: AbortSignal): Promise<number> {
  const counts = await backend.inspector.counts({ signal })
  const fits = counts.filter((one) =>
    filters.some(
      ({ state, queue = one.queue, task = one.task }) =>
        one.state === state && one.queue === queue && one.task === task,
    ),
  )
  return fits.reduce((sum, { count }) => sum + count, 0)
}

/**
 * Removes all jobs that fit any of the filters, a batch at a time, and tells its progress after each.
 * What starts to run meanwhile stays. An abort ends it between two batches.
 */
export async function* purgeJobs(
  backend: Backend,
  filters: readonly JobFilter[],
  signal: AbortSignal,
): AsyncGenerator<PurgeProgress> {
  const total = await countJobs(backend, filters, signal)
  let deleted = 0
  for (const filter of filters) {
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listJobs>> = await listJobs(backend.inspector, {
        ...filter,
        limit: BATCH,
        after,
        signal,
      })
      const ids = page.jobs.map(({ id }) => id)
      const outcomes = ids.length === 0 ? [] : await backend.jobs.delete({ ids, signal })
      deleted += outcomes.filter((outcome) => outcome === 'deleted').length
      after = page.next
      yield { deleted, total }
    } while (after !== null)
  }
}
