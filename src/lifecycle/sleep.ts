import type { DurationInput } from '../model/policy.js'
import type { DurationMs } from '../model/units.js'
import { parseDuration } from '../time/duration.js'
import { currentClock } from './clock-context.js'

/**
 * Resolves when `duration` has passed; rejects with `signal.reason` when the signal aborts first, and leaves neither timer nor listener behind.
 *
 * @param duration milliseconds, `'2 seconds'`, `'1h30m'` or `{ minutes: 5 }`; up to 100 years
 */
export function sleep(duration: DurationInput, signal?: AbortSignal): Promise<void> {
  return currentClock().sleep(parseDuration(duration, 'sleep: duration'), signal)
}

/** Resolves with true when a length of time has passed, with false when `signal` aborts first. */
export function hasPassed(lengthMs: DurationMs, signal: AbortSignal): Promise<boolean> {
  return currentClock()
    .sleep(lengthMs, signal)
    .then(
      () => true,
      () => false,
    )
}
