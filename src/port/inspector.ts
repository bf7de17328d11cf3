import type { EncodedValue, JobRecord, LogLine } from '../model/job.js'
import type { JobState } from '../model/job-state.js'
import type { EpochMs } from '../model/units.js'
import type { Call } from './call.js'

/** Reads what is on record; never changes anything, never counts rows. */
export interface Inspector {
  /** Jobs by id; null for an unknown one. */
  get(params: { readonly ids: readonly string[] } & Call): Promise<readonly (JobRecord | null)[]>

  /** What attempts reported: progress, log lines (the oldest first), results of steps, and the errors of the last tries. */
  details(params: { readonly ids: readonly string[] } & Call): Promise<readonly (JobDetails | null)[]>

  /**
   * Jobs that fit a filter, a page at a time: waiting ones in the order in which they are claimed, finished ones the latest first.
   * Bounded work: a page may be short, or empty, and still have a `next`.
   */
  list(params: ListParams): Promise<{ readonly jobs: readonly JobRecord[]; readonly next: string | null }>

  /** How many jobs there are, by queue, task and state, kept up to date in the commits that happen anyway. */
  counts(params: { readonly queues?: readonly string[] } & Call): Promise<readonly CountRecord[]>

  /** When the oldest claimable job of each queue became due, for the queues that have one. */
  lag(params: Call): Promise<readonly { readonly queue: string; readonly dueAt: EpochMs }[]>

  /** Facts about the store for people: name, version, place, size. */
  describe(params: Call): Promise<readonly { readonly label: string; readonly value: string }[]>
}

/** Which jobs to list. */
export interface ListParams extends Call {
  /** The state to list; each state has an order of its own. */
  readonly state: JobState
  readonly queue?: string
  readonly task?: string
  /** 1 to 1,000. */
  readonly limit: number
  /** What the page before said; null for the first. Checked: a foreign cursor is refused with a `TypeError`. */
  readonly after: string | null
}

/** What the attempts of one job reported. */
export interface JobDetails {
  readonly progress: EncodedValue | null
  readonly logs: readonly LogLine[]
  readonly steps: readonly { readonly key: string; readonly value: EncodedValue }[]
  /** JSON of `ErrorRecord`s of failed attempts, the latest last; the last ten are kept. */
  readonly errors: readonly { readonly at: EpochMs; readonly error: string }[]
}

/** One maintained counter. */
export interface CountRecord {
  readonly queue: string
  readonly task: string
  readonly state: JobState
  /** On record now. */
  readonly count: number
  /** Ever entered this state; survives retention. */
  readonly total: number
}
