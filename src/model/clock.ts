import type { DurationMs, EpochMs } from './units.js'

/**
 * Tells the time and sets timers, so that a program under test can be given another time.
 * `time/` has the real one; `rota/testing` has one that you move by hand.
 */
export interface Clock {
  /** The wall clock. May step in either direction; use it for instants, never for lengths. */
  now(): EpochMs
  /** Milliseconds with fraction since some fixed moment; never steps back. Use it for lengths. */
  monotonic(): number
  /**
   * Calls `fire` once when the wall clock has reached `at`, at the earliest in the next macrotask.
   * Any distance is legal: long waits are cut into slices that look at the clock again.
   */
  setTimer(at: EpochMs, fire: () => void): Timer
  /** Calls `fire` in the next turn of the event loop, after the promises that are ready now. */
  defer(fire: () => void): void
  /** Resolves when `length` has passed; rejects with `signal.reason` when aborted first. */
  sleep(length: DurationMs, signal?: AbortSignal): Promise<void>
}

/** A timer that was set; `cancel` may be called at any time and more than once. */
export interface Timer {
  cancel(): void
  /** Lets the process end while the timer waits. */
  unref(): void
}

/** Draws numbers. The seeded one makes a run repeatable. */
export interface Random {
  /** A number of at least 0 and below 1. */
  next(): number
}

/** Makes ids that sort by the time of their making (UUIDv7). */
export interface IdMaker {
  next(): string
}
