import { onAbort } from '../async/abortable.js'

const waits = new WeakMap<AbortSignal, Promise<unknown>>()

/**
 * Resolves with the reason once `signal` aborts, at once when it has. Never rejects. All who wait for one signal share one listener.
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
  let wait = waits.get(signal)
  if (wait === undefined) {
    wait = new Promise((resolve) => onAbort(signal, resolve))
    waits.set(signal, wait)
  }
  return wait
}
