import type { AsyncLocalStorage } from 'node:async_hooks'
import { callRoutine, makeRoutine, nameOf } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'

/**
 * Runs a routine with a value that everything inside it can read by `storage.getStore()`: every routine of a composition, also while it
 * is stopped, and every request of an `httpServer`.
 */
export function withValue<T>(storage: AsyncLocalStorage<T>, value: T, routine: RoutineLike): Routine {
  return makeRoutine(nameOf(routine), (signal) => storage.run(value, callRoutine, routine, signal))
}
