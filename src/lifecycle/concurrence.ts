import { composeRoutines } from './composed-routine.js'
import type { ComposedRoutine } from './composed-routine.js'
import type { RoutineLike } from './routine.js'

/**
 * Runs routines side by side, as a unit: all start; the first that fails aborts the signals of the others, with its error as the reason;
 * all are waited for. One failure rejects with that very error, several with an `AggregateError` in the order of failing.
 * A routine that throws `signal.reason`, something that it caused, or an `AbortError` after the abort has stopped cleanly;
 * when all have, this resolves. A routine that throws an `AbortError` before asks for a stop of them all. Without any it succeeds.
 */
export function concurrence(...routines: readonly RoutineLike[]): ComposedRoutine {
  return composeRoutines('concurrence', routines)
}
