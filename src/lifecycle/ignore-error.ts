import { comesFrom } from '../async/clean-stop.js'
import { callRoutine, makeRoutine, nameOf } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'

/** What is to be ignored: errors of a class, or one particular error. */
export type IgnoredError = (abstract new (...args: never[]) => Error) | Error

/**
 * Lets a routine succeed where it fails with one of `errors`, or with an error that one of them has caused (by `cause`, at any depth).
 * Without `errors` it always succeeds.
 */
export function ignoreError(routine: RoutineLike, ...errors: readonly IgnoredError[]): Routine {
  const isOne = (link: unknown): boolean =>
    errors.some((one) => one === link || (typeof one === 'function' && link instanceof one))
  return makeRoutine(nameOf(routine), async (signal) => {
    try {
      await callRoutine(routine, signal)
    } catch (error) {
      if (errors.length > 0 && !comesFrom(error, isOne)) throw error
    }
  })
}
