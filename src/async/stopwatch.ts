import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'

/** Tells how much time has passed since a moment. */
export type Stopwatch = () => DurationMs

/**
 * Starts to count, for what must not seem to last longer than it does. It goes by the hand of the clock that moved further: a suspended
 * machine counts no elapsed time, a clock that is set back no wall time.
 */
export function stopwatch(clock: Pick<Clock, 'now' | 'monotonic'>): Stopwatch {
  const wall = clock.now()
  const elapsed = clock.monotonic()
  return () => Math.max(clock.now() - wall, clock.monotonic() - elapsed)
}
