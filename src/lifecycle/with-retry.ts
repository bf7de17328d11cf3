import { isRetryError, isTerminateError } from '../model/errors.js'
import { MAX_TRIES_DEFAULT } from '../model/policy.js'
import type { BackoffPolicy, DurationInput } from '../model/policy.js'
import type { DurationMs } from '../model/units.js'
import { checkBackoff, retryDelayMs } from '../time/backoff.js'
import { parseDuration } from '../time/duration.js'
import { systemRandom } from '../time/random.js'
import { currentClock } from './clock-context.js'
import { fillOptions } from './fill-options.js'
import { refusal } from './refusal.js'
import { callRoutine, makeRoutine, nameOf } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'

/** How often a routine is tried, and with which pauses. The words mean what they mean for a task. */
export interface RetryPolicy {
  /** Tries, the first included; 1 or more. @defaultValue 10, with `within` no limit */
  readonly maxTries?: number
  /** Pause between tries. @defaultValue `'exponential'`: 1 s, doubled up to 1 h, with full jitter */
  readonly backoff?: BackoffPolicy
  /** No try starts later than so long after the first. @defaultValue no limit */
  readonly within?: DurationInput
}

/**
 * Runs a routine until it succeeds, at most `maxTries` times, and rejects with its last error. The first try is immediate. A `TerminateError`
 * ends the tries, a `RetryError` says itself how long to wait. Once the signal has aborted nothing is tried again.
 */
export function withRetry(policy: RetryPolicy, routine: RoutineLike): Routine {
  const { maxTries, backoff, within } = fillOptions('withRetry', policy, {
    maxTries: policy.within === undefined ? MAX_TRIES_DEFAULT : Infinity,
    backoff: 'exponential',
    within: undefined,
  })
  if (!(maxTries >= 1)) throw refusal('withRetry: maxTries', '1 or more', maxTries)
  checkBackoff(backoff, 'withRetry: backoff')
  const withinMs = within === undefined ? Infinity : parseDuration(within, 'withRetry: within')
  return makeRoutine(nameOf(routine), async (signal) => {
    const clock = currentClock()
    const lastStartAt = clock.monotonic() + withinMs
    for (let tries = 1; ; tries++) {
      try {
        await callRoutine(routine, signal)
        return
      } catch (error) {
        if (signal.aborted || isTerminateError(error) || tries >= maxTries) throw error
        const delayMs = pauseAfter(error, tries, backoff)
        if (clock.monotonic() + delayMs > lastStartAt) throw error
        await clock.sleep(delayMs, signal)
      }
    }
  })
}

function pauseAfter(error: unknown, tries: number, backoff: BackoffPolicy): DurationMs {
  if (isRetryError(error) && error.after !== undefined) return parseDuration(error.after, 'RetryError: after')
  return retryDelayMs(backoff, tries, systemRandom, error)
}
