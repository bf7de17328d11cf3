import type { DurationMs, EpochMs } from '../model/units.js'

/** What `withSchedule` tells about its routines. Told synchronously; a listener that throws is ignored. */
export type RoutineEvent =
  /** The run of a period has succeeded and is on record. */
  | {
      readonly type: 'period-done'
      readonly routine: string
      readonly period: EpochMs
      readonly lateMs: DurationMs
      readonly tookMs: DurationMs
    }
  /** The lock was lost during a run: the period is not on record as done, and whoever holds the lock now does it. */
  | { readonly type: 'lock-lost'; readonly routine: string; readonly period: EpochMs; readonly term: number }
  /** A call to the store failed, `failures` times in a row by now; it is made again in `retryInMs`. */
  | {
      readonly type: 'store-error'
      readonly routine: string
      readonly error: unknown
      readonly failures: number
      readonly retryInMs: DurationMs
    }
