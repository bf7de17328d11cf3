import type { Priority } from './job.js'
import type { DurationMs } from './units.js'

/** A length of time as users write it: milliseconds, text such as `'5 minutes'` or `'1h30m'`, or parts. */
export type DurationInput =
  | number
  | string
  | {
      readonly weeks?: number
      readonly days?: number
      readonly hours?: number
      readonly minutes?: number
      readonly seconds?: number
      readonly milliseconds?: number
    }

/**
 * How long to wait before the next try. `exponential` (the default) doubles from 1 s to 1 h with full jitter;
 * `1m`, `10m` and `1h` are lines that end there: from 1 s to 1 min, from 1 to 10 min, from 10 to 60 min; an object tunes a curve; a function gets the number of tries that
 * are spent (1 after the first failure) and answers with a length of time.
 */
export type BackoffPolicy =
  | '1m'
  | '10m'
  | '1h'
  | 'exponential'
  | 'linear'
  | 'fixed'
  | {
      readonly type: 'exponential' | 'linear' | 'fixed'
      readonly base?: DurationInput
      readonly max?: DurationInput
      readonly factor?: number
      readonly jitter?: boolean
    }
  | ((tries: number, error: unknown) => DurationInput)

/** How a task is run, apart from its handler. */
export interface TaskPolicy {
  /** The queue that its jobs go to. @defaultValue `'default'` */
  readonly queue?: string
  /** 1 is claimed first, 5 last. @defaultValue `3` */
  readonly priority?: Priority
  /** Attempts that may fail before the job does; 1 to 1,000,000. @defaultValue `10` */
  readonly maxTries?: number
  /** Pause between tries. @defaultValue `'exponential'` */
  readonly backoff?: BackoffPolicy
  /** How long one attempt may take before its signal aborts with `TIMEOUT`; `'none'` for ever. @defaultValue `'none'` */
  readonly timeout?: DurationInput | 'none'
  /** Each job must have started so long after it became due, or it fails as `expired`. @defaultValue no deadline */
  readonly deadline?: DurationInput
}

/** Tries of a task that says nothing: with the default back-off the pauses between them add up to nine minutes at most. */
export const MAX_TRIES_DEFAULT = 10

/** The queue of a task that says nothing. */
export const QUEUE_DEFAULT = 'default'

/** A policy with every default filled in and every length in milliseconds. */
export interface ResolvedPolicy {
  readonly queue: string
  readonly priority: Priority
  readonly maxTries: number
  readonly backoff: BackoffPolicy
  readonly timeoutMs: DurationMs | null
  readonly deadlineMs: DurationMs | null
}
