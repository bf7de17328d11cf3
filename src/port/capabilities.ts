import { type DurationMs, PAYLOAD_BYTES_MAX, RESULT_BYTES_MAX } from '../model/units.js'

/** Facts about a backend that the engine and the conformance suite read. */
export interface Capabilities {
  /** Whose clock decides what is visible: the store's, or the caller's (`clock` given at construction). */
  readonly clock: 'store' | 'caller'
  /** An acknowledged write survives power loss. */
  readonly durable: boolean
  /** `enqueue` and `settle` take a transaction of the user. */
  readonly transactions: boolean
  /** Several processes can share the store. */
  readonly shared: boolean
  /** `wakeups` exists and reaches other processes too (`shared`), this process only (`local`), or there are none. */
  readonly wakeups: 'shared' | 'local' | 'none'
  /** How late a lease that ended may be noticed. */
  readonly reclaimLagMs: DurationMs
  /** Jobs with unique keys, or with ids that callers chose, may share one enqueue with those of others without making them wait. */
  readonly groupsUniqueKeys: boolean
  /**
   * Its work is done elsewhere than on the caller's event loop, so batches are bounded by what it takes and not by how long it
   * takes. @defaultValue false
   */
  readonly remote?: boolean
}

/** How much a backend takes at a time, in items and in bytes. Larger input is refused before anything is written. */
export interface Limits {
  readonly enqueueItems: number
  readonly enqueueBytes: number
  readonly claimItems: number
  readonly settleItems: number
  readonly payloadBytes: number
  readonly resultBytes: number
  readonly leaseMsMin: DurationMs
  readonly leaseMsMax: DurationMs
}

/**
 * Limits that are rota's and no store's, so that a task can move from one store to another. A lease of less than a second ends before
 * anybody would notice that it did, and no queue of a cloud lends anything for longer than twelve hours (SQS, visibility timeout).
 */
export const COMMON_LIMITS = Object.freeze({
  payloadBytes: PAYLOAD_BYTES_MAX,
  resultBytes: RESULT_BYTES_MAX,
  leaseMsMin: 1000,
  leaseMsMax: 43_200_000,
}) satisfies Partial<Limits>

/**
 * How to go on after a native error, read from codes and never from message text. `transient`: the same call may work soon
 * (busy, connection lost). `full`: no space left. `corrupt`: stop and look. `mistake`: the same call can never work.
 */
export type ErrorClass = 'transient' | 'full' | 'corrupt' | 'mistake' | 'unknown'
