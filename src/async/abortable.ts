import { setMaxListeners } from 'node:events'

/**
 * Waits for `promise`, or rejects with `signal.reason` as soon as the signal aborts. The work behind the promise is not stopped by this,
 * and its late failure is nobody's: it is not reported as unhandled. Leaves no listener behind, however long the signal lives.
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise<T>((resolve, reject) => {
    const stopListening = onAbort(signal, reject)
    promise.finally(stopListening).then(resolve, reject)
  })
}

/**
 * Calls `react` with the reason once the signal aborts, at once when it has. Returns the way to stop listening.
 * For a signal that outlives many waits, each of which must leave nothing behind.
 */
export function onAbort(signal: AbortSignal | undefined, react: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => undefined
  const listener = (): void => react(signal.reason)
  if (signal.aborted) listener()
  else {
    // Many waits on one signal are no leak: each removes its listener. Node warns of the 11th otherwise.
    setMaxListeners(0, signal)
    signal.addEventListener('abort', listener, { once: true })
  }
  return () => signal.removeEventListener('abort', listener)
}
