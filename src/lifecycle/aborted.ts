import { onAbort } from '../async/abortable.js'

/**
 * Resolves with the reason once `signal` aborts, at once when it has. Never rejects. It listens until then, so it is for waiting at the
 * end of a routine, and not for a race in a loop.
 *
 * ```ts
 * const consume = async (signal: AbortSignal) => {
 *   const subscription = broker.subscribe(handle)
 *   await aborted(signal)
 *   await subscription.close()
 * }
 * ```
 */
export function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => onAbort(signal, resolve))
}
