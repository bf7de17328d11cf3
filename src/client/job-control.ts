import type { JobState, ShownState } from '../model/job-state.js'
import type { CancelOutcome, DeleteOutcome, RetryOutcome } from '../port/job-store.js'
import type { Clock } from '../model/clock.js'
import type { JobRecord } from '../model/job.js'
import { shownState } from '../model/job-state.js'
import type { Connection } from './connection.js'
import { redriveFailed, type RedriveOptions, type RedriveReport } from './redrive.js'
import { filterOf, type JobFilter, storedState } from './job-reader.js'

/** Jobs that one call of purge looks at; small, so that an abort is heard and a store stays responsive. */
const PURGE_PAGE = 500

/** Which jobs to remove. */
export interface PurgeOptions extends Omit<JobFilter, 'state'> {
  /** Of which state: never of all, so that no slip empties a store. Running jobs stay, cancel them first. */
  readonly state: Exclude<ShownState, 'running'>
  readonly signal?: AbortSignal | undefined
}

/** Calls jobs off, runs them again, and removes them. */
export class JobControl<Tx> {
  readonly #connection: Connection<Tx>
  readonly #clock: Clock

  constructor(connection: Connection<Tx>, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  async cancel(ids: readonly string[], reason: string | null, signal?: AbortSignal): Promise<readonly CancelOutcome[]> {
    const { jobs } = await this.#connection.open(signal)
    return jobs.cancel({ ids, reason, signal })
  }

  async retry(ids: readonly string[], signal?: AbortSignal): Promise<readonly RetryOutcome[]> {
    const { jobs } = await this.#connection.open(signal)
    return jobs.retry({ ids, signal })
  }

  /** Makes failed jobs wait again. */
  async redrive(options: RedriveOptions): Promise<RedriveReport> {
    return redriveFailed(await this.#connection.open(options.signal), this.#clock, options)
  }

  async delete(ids: readonly string[], signal?: AbortSignal): Promise<readonly DeleteOutcome[]> {
    const { jobs } = await this.#connection.open(signal)
    return jobs.delete({ ids, signal })
  }

  /** Removes all jobs that fit, a page at a time, and says how many. */
  async purge(options: PurgeOptions): Promise<number> {
    const state = purgeable(options)
    const { inspector, jobs } = await this.#connection.open(options.signal)
    const filter = { ...filterOf(options), state, limit: PURGE_PAGE, signal: options.signal }
    let deleted = 0
    let after: string | null = null
    do {
      options.signal?.throwIfAborted()
      const page: { jobs: readonly JobRecord[]; next: string | null } = await inspector.list({ ...filter, after })
      const ids = page.jobs.filter((job) => this.#fits(job, options.state)).map((job) => job.id)
      const outcomes = ids.length === 0 ? [] : await jobs.delete({ ids, signal: options.signal })
      deleted += outcomes.filter((outcome) => outcome === 'deleted').length
      after = page.next
    } while (after !== null)
    return deleted
  }

  #fits(job: JobRecord, state: ShownState): boolean {
    if (state !== 'scheduled' && state !== 'retrying') return true
    return shownState(job, this.#clock.now()) === state
  }
}

/** The state on record; a `TypeError` when none is given, for JavaScript may leave out what the types ask for. */
function purgeable(options: { readonly state?: ShownState } | undefined): JobState {
  const state = options?.state
  if (state === undefined) {
    throw new TypeError("purge: state: expected the state of the jobs to remove, such as 'completed', got undefined")
  }
  if (state === 'running') {
    throw new TypeError('purge: state: expected a state that is not running, got "running"; cancel running jobs first')
  }
  return storedState(state)
}
