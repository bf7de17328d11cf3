import type { FailureReason } from '../model/job-state.js'
import type { SettlementKind } from '../model/lease.js'
import type { DurationMs } from '../model/units.js'

/** Which conversation with the store went wrong. */
export type StoreCall = 'claim' | 'settle' | 'extend' | 'report' | 'beat' | 'maintenance'

/** Which attempt an event is about. */
export interface EventJob {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly fence: number
  /** Which try this is, from 1. */
  readonly attempt: number
}

/**
 * What a worker tells about itself. Told synchronously and at once; a listener that throws is ignored.
 * `started` and `ended` are told only when `attemptEvents` is on: they are the price of a listener for every job.
 */
export type WorkerEvent =
  | { readonly type: 'started'; readonly job: EventJob }
  | { readonly type: 'ended'; readonly job: EventJob; readonly outcome: SettlementKind; readonly tookMs: DurationMs }
  /** A handler threw, or was stopped by its time-out. `failure` is null when the job will be tried again. */
  | { readonly type: 'failed'; readonly job: EventJob; readonly error: unknown; readonly failure: FailureReason | null }
  /** A job was given up without being run: its workers died once too often. */
  | { readonly type: 'poison'; readonly job: EventJob }
  /** A payload was written under a contract that this worker cannot read: the job goes on waiting, and no try is spent. */
  | { readonly type: 'parked'; readonly job: EventJob; readonly reason: string }
  /** Another worker may hold the job by now: its signal was aborted, its result is dropped. */
  | { readonly type: 'lease-lost'; readonly job: EventJob }
  /** A handler went on after its attempt was settled without it; it keeps its slot until it ends. */
  | { readonly type: 'zombie'; readonly job: EventJob }
  | { readonly type: 'zombie-ended'; readonly job: EventJob }
  /** The store refuses to record how this attempt ended; its lease runs out and the job is run again. */
  | { readonly type: 'settle-refused'; readonly job: EventJob; readonly error: unknown }
  /** The job is completed, but what its handler returned cannot be stored. */
  | { readonly type: 'result-not-kept'; readonly job: EventJob; readonly error: unknown }
  /** The event loop stood still for longer than a third of a lease while these tasks ran. */
  | { readonly type: 'stall'; readonly blockedMs: DurationMs; readonly tasks: readonly string[] }
  /** A call to the store failed, `failures` times in a row by now; it is made again in `retryInMs`. */
  | {
      readonly type: 'store-error'
      readonly call: StoreCall
      readonly error: unknown
      readonly failures: number
      readonly retryInMs: DurationMs
    }
  /** The same call works again. */
  | { readonly type: 'store-recovered'; readonly call: StoreCall; readonly failures: number }
  | { readonly type: 'drained'; readonly summary: DrainSummary }

/** How a worker came to its end. */
export interface DrainSummary {
  /** Attempts that ended by themselves while the worker was stopping. */
  readonly drained: number
  /** Attempts that were given back, unstarted or aborted, without a try spent. */
  readonly released: number
  /** Attempts whose handler still runs or whose settlement did not reach the store; their leases run out. */
  readonly abandoned: number
}
