import type { RunningJob } from '../model/handler-context.js'
import type { EncodedValue, LogLine } from '../model/job.js'
import type { DurationMs } from '../model/units.js'
import type { ThrownError } from './thrown-error.js'

/** What the parent tells a child. Date, Map, bigint and bytes stay what they are on the way. */
export type ToChild =
  | { readonly kind: 'load'; readonly file: string; readonly handler: string }
  | {
      readonly kind: 'run'
      /** Counts the attempts of one child; whatever is said about another is late and means nothing. */
      readonly id: number
      readonly payload: unknown
      readonly job: RunningJob
      readonly fence: number
      /** So that a function is warned in time; the parent is who ends it. null: it may take for ever. */
      readonly timeoutMs: DurationMs | null
    }
  | { readonly kind: 'abort'; readonly id: number; readonly reason: ThrownError }
  | { readonly kind: 'measure' }

/** What a child tells its parent. */
export type FromChild =
  | { readonly kind: 'load-failed'; readonly error: ThrownError }
  /** The handler is called now: from here its time counts. */
  | { readonly kind: 'started'; readonly id: number }
  | { readonly kind: 'lines'; readonly id: number; readonly lines: readonly ToldLine[] }
  /** What must not be in the output of this attempt. Sent before its function runs, so that it arrives before anything printed. */
  | { readonly kind: 'secrets'; readonly id: number; readonly texts: readonly string[] }
  | { readonly kind: 'progress'; readonly id: number; readonly value: EncodedValue }
  | { readonly kind: 'ended'; readonly id: number; readonly end: AttemptEnd }
  /** Something failed that nobody waits for. The child ends. */
  | { readonly kind: 'crashed'; readonly error: ThrownError }
  | { readonly kind: 'measured'; readonly bytes: number }

/** A line for the log of the job. */
export type ToldLine = Pick<LogLine, 'level' | 'message'>

/** How a handler ended. What it asks of its job is told as it was written: the worker's own context reads it. */
export type AttemptEnd =
  | { readonly how: 'returned'; readonly value: EncodedValue | null; readonly problem: ThrownError | null }
  | {
      readonly how: 'again'
      readonly params: EncodedValue | null
      readonly at: unknown
      readonly after: unknown
      readonly contract: string | undefined
    }
  | { readonly how: 'park'; readonly reason: string }
  | { readonly how: 'snooze'; readonly until: unknown }
  | { readonly how: 'cancel'; readonly reason: unknown }
  | { readonly how: 'threw'; readonly error: ThrownError }
