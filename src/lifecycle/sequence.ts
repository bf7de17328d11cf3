import { composeRoutines } from './composed-routine.js'
import type { ComposedRoutine } from './composed-routine.js'
import type { RoutineLike } from './routine.js'

/**
 * Runs routines one after the other. The first that fails is the last that runs, and its error is the error of the whole. Once the
 * signal has aborted no further one starts: with some of them left it rejects with `signal.reason`. Without any it succeeds.
 *
 * ```ts
 * await main(sequence(concurrence(migrateUsers, migrateOrders), httpServer(server, { port: 8080 })))
 * ```
 */
export function sequence(...routines: readonly RoutineLike[]): ComposedRoutine {
  return composeRoutines('sequence', routines)
}
