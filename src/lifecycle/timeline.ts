import { waitUntil } from '../async/wait-until.js'
import type { Clock } from '../model/clock.js'
import type { DurationMs, EpochMs } from '../model/units.js'

/** When a repetition is due, on one of the two hands of a clock. */
export interface Timeline {
  now(): number
  /** The first instant at which it is due after `after`; null: never again. */
  next(after: number): number | null
  /** Resolves at the instant, or rejects with `signal.reason`. */
  waitUntil(at: number, signal: AbortSignal): Promise<void>
}

/** Every so much elapsed time, counted from now: no run is later because the one before took long, and setting the wall clock changes nothing. */
export function elapsedTimeline(clock: Clock, everyMs: DurationMs): Timeline {
  const start = clock.monotonic()
  return {
    now: () => clock.monotonic() - start,
    next: (after) => (everyMs === 0 ? after : (Math.floor(after / everyMs) + 1) * everyMs),
    waitUntil: (at, signal) => clock.sleep(Math.max(0, at - (clock.monotonic() - start)), signal),
  }
}

/** At instants of the wall clock. */
export function wallTimeline(clock: Clock, next: (after: EpochMs) => EpochMs | null): Timeline {
  return { now: () => clock.now(), next, waitUntil: (at, signal) => waitUntil(clock, at, signal) }
}
