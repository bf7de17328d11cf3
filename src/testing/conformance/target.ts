import type { Backend } from '../../port/backend.js'
import type { PushIntake } from '../../port/push-intake.js'
import type { DurationMs, EpochMs } from '../../model/units.js'

/** A store under test, made anew for every case. */
export interface ConformanceTarget<Tx = never> {
  /** Not yet opened. */
  readonly backend: Backend<Tx>
  /** Moves the time by which the store decides what is visible; null: it cannot be moved, and the cases about time are skipped. */
  readonly clock: MovableClock | null
  /** Another handle on the same store, not yet opened: another client, or this one after a restart. Must be given where `capabilities.shared`. */
  second?(): Promise<Backend<Tx>>
  /** Begins a transaction of a user. Must be given where `capabilities.transactions`. */
  beginTx?(): Promise<OpenTransaction<Tx>>
  /** Makes calls of the driver under `backend` go wrong. */
  readonly faults?: DriverFaults
  /** The way in which a transport pushes jobs to us. */
  readonly push?: PushTarget
  /** Removes the store. The handles have been closed. */
  destroy(): Promise<void>
}

/** The clock of a store, such as the `FakeClock` of `rota/testing`. */
export interface MovableClock {
  now(): EpochMs
  advance(length: DurationMs): void | Promise<void>
  /** Sets the clock forward or back, as an operator does, without time passing. */
  jump?(by: DurationMs): void | Promise<void>
}

/** A transaction of a user that is open. */
export interface OpenTransaction<Tx> {
  readonly tx: Tx
  commit(): Promise<void>
  rollback(): Promise<void>
}

/** `before`: the call fails and did nothing. `after`: it did its work, then failed. `hang`: it did nothing and never answers. */
export type FaultMode = 'before' | 'after' | 'hang'

/** Lets the tests of a backend break its driver. */
export interface DriverFaults {
  /** The ways in which this driver can fail; one that answers at once cannot hang. */
  readonly modes: readonly FaultMode[]
  /** Makes the call number `nth` from now, 1 first, go wrong and calls `onHit` then. Later calls work. */
  arm(fault: { readonly nth: number; readonly mode: FaultMode; onHit(): void }): void
  /** Forgets the fault that was armed. */
  disarm(): void
}

/** A transport that calls us, under test. */
export interface PushTarget {
  readonly intake: PushIntake<unknown, unknown>
  /** The native event that brings these jobs, which are on record already. */
  eventOf(ids: readonly string[]): Promise<unknown>
  /** The jobs whose messages a reply gives back to the transport. */
  returnedBy(reply: unknown): readonly string[]
}
