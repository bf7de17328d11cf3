import type { CancelOutcome } from '../port/job-store.js'
import type { JobView } from './job-view.js'
import type { ResultOptions } from './results.js'

/** Whoever can look after a job by its id: the client that made the handle. */
export interface JobKeeper {
  get(id: string): Promise<JobView | null>
  cancel(id: string): Promise<CancelOutcome>
  result(id: string, options?: ResultOptions): Promise<unknown>
}

/** A job by its id, or by anything that has its id. */
export type JobRef = string | { readonly id: string }

/** One job that was enqueued, and short ways to ask about it. */
export class JobHandle<Result = unknown> {
  readonly id: string
  /** The name of its task. */
  readonly task: string
  /** `duplicate`: there was such a job already, by its id or its unique key, and `id` is that one's. */
  readonly status: 'inserted' | 'duplicate'
  readonly #keeper: JobKeeper

  constructor(id: string, task: string, status: 'inserted' | 'duplicate', keeper: JobKeeper) {
    this.id = id
    this.task = task
    this.status = status
    this.#keeper = keeper
  }

  /**
   * Waits until the job is done, and gives what its handler returned.
   * Rejects with `JOB_FAILED`, `JOB_CANCELLED`, `JOB_UNKNOWN` when its record is gone, and `TIMEOUT`.
   */
  result(options?: ResultOptions): Promise<Result> {
    return this.#keeper.result(this.id, options) as Promise<Result>
  }

  /** The job as it is now; null when its record is gone. */
  get(): Promise<JobView | null> {
    return this.#keeper.get(this.id)
  }

  /** Calls the job off: one that waits ends at once, one that runs is asked to stop. */
  cancel(): Promise<CancelOutcome> {
    return this.#keeper.cancel(this.id)
  }
}

/** The id that a reference stands for; a `TypeError` for anything else. */
export function idOf(job: JobRef): string {
  const id: unknown = typeof job === 'object' && job !== null ? job.id : job
  if (typeof id === 'string' && id !== '') return id
  throw new TypeError(`job: expected an id or a handle, got ${job === null ? 'null' : typeof job}`)
}
