import type { DurationMs, EpochMs } from '../model/units.js'
import type { Call } from './call.js'

/**
 * Named leases with a growing term: leadership, `withNoOverlap`, `withSchedule`.
 *
 * Law 16. A named lock has at most one live holder; its term grows with every new holder; a lapsed or foreign term changes
 * nothing and says `lost`; release frees it at once; a waiter that is aborted leaves nothing behind.
 * Waiting is the caller's: it asks again, woken by time or by a hint.
 */
export interface LockStore {
  /** Takes locks that are free or lapsed. The live holder that asks again gets its own term, with a new end. */
  acquire(params: { readonly locks: readonly LockRequest[] } & Call): Promise<readonly AcquireOutcome[]>

  /** Moves the end of locks that are still held under their term. */
  renew(params: { readonly locks: readonly LockRenewal[] } & Call): Promise<readonly ('renewed' | 'lost')[]>

  /** Frees locks that are still held under their term. */
  release(
    params: {
      readonly locks: readonly { readonly name: string; readonly holder: string; readonly term: number }[]
    } & Call,
  ): Promise<readonly ('released' | 'lost')[]>

  /** The locks that are held now, by name. */
  list(params: { readonly prefix?: string } & Call): Promise<readonly LockRecord[]>
}

/** A lock to be taken. */
export interface LockRequest {
  readonly name: string
  readonly holder: string
  readonly ttlMs: DurationMs
}

/** `acquired` tells the caller's own term, `held` the one of whoever has it. */
export interface AcquireOutcome {
  readonly status: 'acquired' | 'held'
  readonly holder: string
  readonly term: number
  readonly until: EpochMs
}

/** A lock to be kept. */
export interface LockRenewal {
  readonly name: string
  readonly holder: string
  readonly term: number
  readonly ttlMs: DurationMs
}

/** A lock on record. */
export interface LockRecord {
  readonly name: string
  readonly holder: string
  readonly term: number
  readonly until: EpochMs
}
