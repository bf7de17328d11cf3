import type { TickInfo } from './job.js'
import type { AgainOutcome, CancelOutcome, SnoozeOutcome } from './outcome.js'
import type { DurationInput } from './policy.js'

/**
 * What a handler is given beside its input. `Tx` is the transaction of the stores that its task can run on: name it, as in
 * `HandlerContext<Input, PgTx>`, to complete jobs inside of one; a task that does so is taken by a rota on such a store only.
 */
export interface HandlerContext<Input = unknown, Tx = never> {
  /** Aborts when the attempt should stop: cancelled, timed out, lease lost, or the worker is stopping for good. Made when first read. */
  readonly signal: AbortSignal
  readonly job: JobInHand<Tx>
  /** Writes a line to the log that is kept with the job (64 KiB, the oldest lines go first). */
  readonly log: JobLog
  /** Says how far the attempt is; replaces what was said before. Any plain value, such as `{ done: 3, of: 10 }`. */
  progress(value: unknown): void
  /** Grows with every attempt of the job; hand it to other systems so that they can refuse a writer that was replaced. */
  readonly fence: number
  /**
   * This iteration is done; run the job again with `params`, now or at an instant or after a while. Return it.
   * All tries are available again.
   */
  again(next: { readonly params: Input; readonly at?: Date | number; readonly after?: DurationInput }): AgainOutcome
  /** Run the same again later, without spending a try. Return it. */
  snooze(until: DurationInput | Date): SnoozeOutcome
  /** End the job as cancelled; the reason is kept for people, up to 1,000 characters. Return it. */
  cancel(reason?: string): CancelOutcome
}

/** The job that a handler runs. */
export interface RunningJob {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly priority: number
  /** Which try this is, from 1. */
  readonly attempt: number
  readonly maxTries: number
  /** Iterations done before this one. */
  readonly iterations: number
  readonly enqueuedAt: Date
  readonly deadline: Date | null
  readonly headers: Readonly<Record<string, string>>
  /** The contract that its payload was written under, as `1-3fa9c2d41b07`; null: nobody said. */
  readonly contract: string | null
  /** The tick that made the job; null for every other job. */
  readonly tick: TickInfo | null
}

/** The job in the hands of its handler. */
export interface JobInHand<Tx = never> extends RunningJob {
  /**
   * Records the job as completed inside your transaction, with all that its handler has told by then: what else you write in it and
   * the end of the job are one commit. Await it before you commit. When the transaction is rolled back the job goes on, and ends as
   * its handler does; once it is committed the job is over, and whatever the handler returns or throws changes nothing.
   *
   * Rejects with why, so that your transaction is rolled back: `LEASE_LOST`, `JOB_CANCELLED` or `TIMEOUT` when the attempt is not wanted any
   * more; with a `TypeError` on a store without transactions, and once the attempt has ended. Compiles only in a task that names `Tx`.
   */
  readonly complete: (options: CompleteOptions<Tx>) => Promise<void>
}

/** How a job is completed inside a transaction. */
export interface CompleteOptions<Tx> {
  /** A transaction of yours that is open. */
  readonly tx: Tx
  /** What is kept as the result of the job, as if the handler had returned it; return the same to give it its type. @defaultValue nothing */
  readonly result?: unknown
}

/** Takes the log lines of one job. */
export interface JobLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}
