import { isCleanStop } from '../async/clean-stop.js'
import { callRoutine, makeRoutine, nameOf } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'

/**
 * Calls `handler` when a routine fails; what becomes of the handler becomes of the routine: it succeeds when the handler returns, and fails
 * with what the handler throws. Not called for a routine that stopped because its signal aborted.
 */
export function onError(
  routine: RoutineLike,
  handler: (error: unknown, signal: AbortSignal) => Promise<unknown> | void,
): Routine {
  return makeRoutine(nameOf(routine), async (signal) => {
    try {
      await callRoutine(routine, signal)
    } catch (error) {
      if (isCleanStop(error, signal)) throw error
      await handler(error, signal)
    }
  })
}
