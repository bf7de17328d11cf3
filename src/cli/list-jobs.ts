import type { JobRecord } from '../model/job.js'
import { shownState, type JobState, type ShownState } from '../model/job-state.js'
import type { EpochMs } from '../model/units.js'
import type { Inspector } from '../port/inspector.js'

/** Which jobs are meant. */
export interface JobFilter {
  readonly state: JobState
  readonly queue?: string
  readonly task?: string
}

/** A part of a list. */
export interface ListParams extends JobFilter {
  /** Only jobs that people are shown in this state at `now`. */
  readonly shown?: { readonly state: ShownState; readonly now: EpochMs }
  readonly limit: number
  readonly after: string | null
  readonly signal: AbortSignal
}

/**
 * Jobs that fit a filter, up to `limit`, and the cursor behind the last of them; null when there are no more.
 * A page of a store may be short or empty: the next ones are asked for until the list is full.
 */
export async function listJobs(
  inspector: Inspector,
  { shown, ...params }: ListParams,
): Promise<{ readonly jobs: readonly JobRecord[]; readonly next: string | null }> {
  const jobs: JobRecord[] = []
  let { after } = params
  for (;;) {
    const page = await inspector.list({ ...params, limit: params.limit - jobs.length, after })
    jobs.push(...page.jobs.filter((job) => shown === undefined || shownState(job, shown.now) === shown.state))
    after = page.next
    if (after === null || jobs.length >= params.limit) return { jobs, next: after }
  }
}

/** The state on record of a job that people are shown in another one. */
export function storedState(shown: ShownState): JobState {
  return shown === 'scheduled' || shown === 'retrying' ? 'pending' : shown
}
