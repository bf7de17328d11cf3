import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import { abortable } from './abortable.js'
import { withOwnSignal } from './own-signal.js'

/** What bounds one call in time. */
export interface DeadlineOptions {
  readonly clock: Clock
  readonly lengthMs: DurationMs
  /** Makes the reason of the abort; called only when time is up. */
  readonly reason: () => unknown
  /** The caller's own signal; its reason passes through. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs `call` with a signal that aborts when the time is up or the caller aborts, whichever comes first.
 * Rejects with the reason at that moment, also when `call` does not listen; timer and listener are gone once it settles.
 */
export function withDeadline<T>(options: DeadlineOptions, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, lengthMs, reason } = options
  return withOwnSignal(options.signal, async (bound) => {
    const { signal } = bound
    const settled = new AbortController()
    clock.sleep(lengthMs, settled.signal).then(
      () => bound.abort(reason()),
      () => undefined, // the call was faster
    )
    try {
      signal.throwIfAborted()
      return await abortable(call(signal), signal)
    } finally {
      settled.abort()
    }
  })
}
