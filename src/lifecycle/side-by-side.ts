import { isCleanStop } from '../async/clean-stop.js'

/**
 * Starts all parts, waits for all to end, and aborts `stop` as soon as one fails, with that failure as the reason. Rejects with what
 * has failed: the error itself when it is one, an `AggregateError` in the order of failing when they are more. What a part throws because it was
 * told to stop is no failure. Once `stop` has aborted nothing is started.
 */
export async function sideBySide(
  parts: readonly ((signal: AbortSignal) => Promise<void>)[],
  stop: AbortController,
): Promise<void> {
  const { signal } = stop
  if (signal.aborted) return
  const failures: unknown[] = []
  const run = async (part: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await part(signal)
    } catch (error) {
      if (!isCleanStop(error, signal)) failures.push(error)
      stop.abort(error)
    }
  }
  await Promise.all(parts.map(run))
  throwFailures(failures)
}

/** Throws what has failed, if anything has: one error itself, several gathered. */
export function throwFailures(failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1) throw new AggregateError(failures, `${failures.length} routines failed`)
}
