import type { FailureReason, JobState } from './job-state.js'
import type { DurationMs, EpochMs } from './units.js'

/** A value as it is stored: JSON that people can read, and beside it a note that restores what JSON lacks (null: nothing to restore). */
export interface EncodedValue {
  readonly json: string
  readonly note: string | null
}

/** One of five; 1 is claimed first, 3 is the default. */
export type Priority = 1 | 2 | 3 | 4 | 5

/** The priority of a job that names none. */
export const PRIORITY_DEFAULT: Priority = 3

/** When a job becomes claimable: at an instant, or so many milliseconds from the store's own now. */
export type Due = { readonly at: EpochMs } | { readonly inMs: DurationMs }

/** Due at once, by the clock of the store. */
export const DUE_NOW: Due = Object.freeze({ inMs: 0 })

/** The instant of a `Due` for a store whose clock says `now`. */
export function dueAt(due: Due, now: EpochMs): EpochMs {
  return 'at' in due ? due.at : now + due.inMs
}

/** The tick that made a job: which schedule, its nominal instant, how late it was fired, and how many ticks before it were missed. */
export interface TickInfo {
  readonly schedule: string
  readonly tick: EpochMs
  readonly late: DurationMs
  readonly missed: number
  /** It was asked for by hand: `tick` is when, and no tick of the series. */
  readonly manual?: true
}

/** One job that another waits for, and what becomes of the waiting one when it does not complete. */
export interface Parent {
  readonly id: string
  readonly otherwise: 'fail' | 'run'
}

/** A job as a client hands it to a store: checked, encoded, with every default filled in. */
export interface NewJob {
  /** UUIDv7, or the caller's own: 1 to 128 printable characters. Enqueuing it again while its record lives changes nothing. */
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly priority: Priority
  /** null: the task was given no payload. */
  readonly payload: EncodedValue | null
  /** A JSON object of strings (trace context, tags), or null for none. */
  readonly headers: string | null
  readonly due: Due
  /** The job must have started by then, or it fails as `expired`; null: never too late. */
  readonly deadline: EpochMs | null
  /** Tries before the job fails as `exhausted`; null: what the task says. */
  readonly maxTries: number | null
  /** At most one live job of the store holds a key; already scoped by the client. null: none. */
  readonly uniqueKey: string | null
  /** The tick that this job comes from; null for every other job. */
  readonly tick: TickInfo | null
  /** The jobs it waits for; none: it is pending at once. */
  readonly parents: readonly Parent[]
}

/** A job as its store keeps it, whatever its state. */
export interface JobRecord {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly priority: Priority
  readonly state: JobState
  /** Set when `state` is `failed`. */
  readonly failure: FailureReason | null
  /** Why it was cancelled, in the words of whoever did it. */
  readonly cancelReason: string | null
  /** The params of the iteration that is next or was last. */
  readonly payload: EncodedValue | null
  readonly headers: string | null
  readonly enqueuedAt: EpochMs
  /** Pending: when it becomes claimable. Running: when its lease ends. Otherwise null. */
  readonly visibleAt: EpochMs | null
  readonly finishedAt: EpochMs | null
  readonly deadline: EpochMs | null
  /** Tries spent in this iteration, the last one of a failed job included. */
  readonly tries: number
  readonly maxTries: number | null
  /** Iterations done: how often a handler answered `again`. */
  readonly iterations: number
  /** Grows with every lease and stays with the finished record; 0: never claimed. */
  readonly fence: number
  /** A lease of it was lost and it has not settled since: it is claimed alone. */
  readonly suspect: boolean
  /** The worker that holds the lease; null unless running. */
  readonly workerId: string | null
  readonly cancelRequested: boolean
  readonly uniqueKey: string | null
  readonly tick: TickInfo | null
  /** What the handler returned; null unless completed with a value. */
  readonly result: EncodedValue | null
  /** The last error: JSON of an `ErrorRecord`; null when no attempt has failed. */
  readonly error: string | null
}

/** One line that a handler logged; kept with the job, 64 KiB in all, the oldest go first. */
export interface LogLine {
  readonly at: EpochMs
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
}

/** An error as it is stored and shown: data only, never resolved to a class again. */
export interface ErrorRecord {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  readonly cause?: ErrorRecord
}
