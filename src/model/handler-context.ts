import type { TickInfo } from './job.js'
import type { AgainOutcome, CancelOutcome, SnoozeOutcome } from './outcome.js'
import type { DurationInput } from './policy.js'

/** What a handler is given beside its input. */
export interface HandlerContext<Input = unknown> {
  /** Aborts when the attempt should stop: cancelled, timed out, lease lost, or the worker is stopping for good. Made when first read. */
  readonly signal: AbortSignal
  readonly job: RunningJob
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
  /** The tick that made the job; null for every other job. */
  readonly tick: TickInfo | null
}

/** Takes the log lines of one job. */
export interface JobLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}
