import { onAbort } from './abortable.js'

/** Does some work under a signal of its own, which aborts with the outer one and can abort before. Leaves no listener behind. */
export async function withOwnSignal<T>(
  outer: AbortSignal | undefined,
  work: (own: AbortController) => Promise<T>,
): Promise<T> {
  const own = new AbortController()
  const stopListening = onAbort(outer, (reason) => own.abort(reason))
  try {
    return await work(own)
  } finally {
    stopListening()
  }
}
