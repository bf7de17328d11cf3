/** No chain of causes is longer; one that leads back to itself ends here. */
const DEPTH_MAX = 16

/**
 * Whether an error is how a routine stops, and no failure: once its signal has aborted, the reason itself, what the reason caused
 * (by `cause`, at any depth), and any `AbortError`; before that only an `AbortError`, with which a routine asks for a stop by itself.
 */
export function isCleanStop(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return isAbortError(error)
  return comesFrom(error, (link) => link === signal.reason || isAbortError(link))
}

/** Whether an error, one of its causes, or all errors that it gathers, are what is looked for. */
export function comesFrom(error: unknown, isIt: (link: unknown) => boolean, depth = 0): boolean {
  if (isIt(error)) return true
  if (!(error instanceof Error) || depth === DEPTH_MAX) return false
  const all = error instanceof AggregateError && error.errors.length > 0 ? error.errors : [error.cause]
  return all.every((one) => comesFrom(one, isIt, depth + 1))
}

/** Node, the web platform and most libraries give it this name. */
function isAbortError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AbortError'
}
