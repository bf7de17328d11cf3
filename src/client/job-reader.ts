import type { Clock } from '../model/clock.js'
import { JOB_STATES, type JobState, type ShownState } from '../model/job-state.js'
import { checkOptionNames } from '../model/option-names.js'
import type { CountRecord } from '../port/inspector.js'
import type { Connection } from './connection.js'
import { type DeadLetterOptions, type DeadLetters, readDeadLetters } from './dead-letters.js'
import { idOf, type JobRef } from './job-handle.js'
import { type JobDetailsView, type JobView, viewDetails, viewJob } from './job-view.js'

/** Jobs on one page when nobody says how many. */
const PAGE_DEFAULT = 100

/** The most that a store gives at a time (`ListParams.limit`). */
const PAGE_MAX = 1_000

/** Which jobs to list. */
export interface JobFilter {
  /** `scheduled` and `retrying` are among the pending ones. @defaultValue `'pending'` */
  readonly state?: ShownState
  readonly queue?: string
  readonly task?: string
}

/** One page of jobs. */
export interface ListOptions extends JobFilter {
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string | null
  readonly signal?: AbortSignal | undefined
}

const LIST_NAMES: ReadonlySet<string> = new Set<keyof ListOptions>([
  'after',
  'limit',
  'queue',
  'signal',
  'state',
  'task',
])

/** Reads jobs that are on record. */
export class JobReader<Tx> {
  readonly #connection: Connection<Tx>
  readonly #clock: Clock

  constructor(connection: Connection<Tx>, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  async get(job: JobRef, signal?: AbortSignal): Promise<JobView | null> {
    const ids = [idOf(job)]
    const { inspector } = await this.#connection.open(signal)
    const [record = null] = await inspector.get({ ids, signal })
    return record === null ? null : viewJob(record, this.#clock.now())
  }

  async details(job: JobRef, signal?: AbortSignal): Promise<JobDetailsView | null> {
    const ids = [idOf(job)]
    const { inspector } = await this.#connection.open(signal)
    const [details = null] = await inspector.details({ ids, signal })
    return details === null ? null : viewDetails(details)
  }

  /** One page. May be short, or empty, and still have a next one. */
  async list(options: ListOptions): Promise<{ readonly jobs: readonly JobView[]; readonly next: string | null }> {
    checkOptionNames('list', options, LIST_NAMES)
    const { state = 'pending', limit = PAGE_DEFAULT, after = null, signal } = options
    checkLimit(limit)
    const { inspector } = await this.#connection.open(signal)
    const page = await inspector.list({ ...filterOf(options), state: storedState(state), limit, after, signal })
    const now = this.#clock.now()
    const jobs = page.jobs.map((job) => viewJob(job, now))
    // A filter by a shown state is a filter over the page: no store has an order for it.
    return { jobs: isStored(state) ? jobs : jobs.filter((job) => job.state === state), next: page.next }
  }

  /** All pages. */
  async *each(options: Omit<ListOptions, 'after'>): AsyncGenerator<JobView, void, undefined> {
    let after: string | null = null
    do {
      const page: { jobs: readonly JobView[]; next: string | null } = await this.list({ ...options, after })
      yield* page.jobs
      after = page.next
    } while (after !== null)
  }

  async deadLetters(options: DeadLetterOptions): Promise<DeadLetters> {
    const { inspector } = await this.#connection.open(options.signal)
    return readDeadLetters(inspector, options)
  }

  async counts(queues: readonly string[] | undefined, signal?: AbortSignal): Promise<readonly CountRecord[]> {
    const { inspector } = await this.#connection.open(signal)
    return inspector.counts(queues === undefined ? { signal } : { queues, signal })
  }
}

/** The parts of a filter that stores know, without those that were left out. */
export function filterOf({ queue, task }: JobFilter): { readonly queue?: string; readonly task?: string } {
  return { ...(queue === undefined ? {} : { queue }), ...(task === undefined ? {} : { task }) }
}

/** The state under which jobs of a shown state are on record; a `TypeError` for what is no state. */
export function storedState(state: ShownState): JobState {
  if (state === 'scheduled' || state === 'retrying') return 'pending'
  if (isStored(state)) return state
  const expected = [...JOB_STATES, 'scheduled', 'retrying'].join(', ')
  throw new TypeError(`state: expected one of ${expected}, got ${JSON.stringify(state)}`)
}

function isStored(state: ShownState): state is JobState {
  return (JOB_STATES as readonly string[]).includes(state)
}

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_MAX) return
  throw new TypeError(`limit: expected a whole number from 1 to ${PAGE_MAX}, got ${String(limit)}`)
}
