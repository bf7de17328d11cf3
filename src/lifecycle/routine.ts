import { refusal } from './refusal.js'

/** What a routine may be written as: a function, with or without the parameter. Whatever it returns is waited for and not looked at. */
export type RoutineFunction = (signal: AbortSignal) => Promise<unknown> | void

/** What a routine may be written as: an object that runs. */
export interface RoutineObject {
  run(signal: AbortSignal): Promise<unknown> | void
}

/** Everything that is taken for a routine: work of this process that ends by itself, or once its signal aborts. */
export type RoutineLike = RoutineFunction | RoutineObject

/**
 * A routine as every combinator returns it: `await routine(signal)`, `await routine()` and `await routine.run(signal)` are the same, and
 * it can be a part of the next one. Rejects with what the work threw.
 */
export interface Routine {
  (signal?: AbortSignal): Promise<void>
  run(signal?: AbortSignal): Promise<void>
  /** What reports call it. */
  readonly name: string
}

/**
 * Makes a routine of a function or of an object with `run(signal)`.
 *
 * @param name what reports call it. Default: the name of the function, or of the object's class
 */
export function routine(work: RoutineLike, name: string = nameOf(work)): Routine {
  return makeRoutine(name, (signal) => callRoutine(work, signal))
}

/** Makes a routine of what is to be done; `body` never gets to see a missing signal. */
export function makeRoutine(name: string, body: (signal: AbortSignal) => Promise<unknown>): Routine {
  const run = async (signal: AbortSignal = new AbortController().signal): Promise<void> => {
    await body(signal)
  }
  return Object.defineProperties(run, { name: { value: name }, run: { value: run } }) as Routine
}

/** Runs whatever is taken for a routine; what it throws at once becomes a rejection, as what it throws later. */
export async function callRoutine(work: RoutineLike, signal: AbortSignal): Promise<void> {
  await (typeof work === 'function' ? work(signal) : work.run(signal))
}

/** True for what is taken for a routine. */
export function isRoutineLike(value: unknown): value is RoutineLike {
  return typeof value === 'function' || typeof (value as Partial<RoutineObject> | null)?.run === 'function'
}

/** What reports call it; empty when it has no name. A `TypeError` for what is no routine. */
export function nameOf(work: RoutineLike): string {
  if (!isRoutineLike(work)) throw refusal('routine', 'a function or an object with run(signal)', work)
  const { name } = work as { readonly name?: unknown }
  if (typeof name === 'string') return name
  const { name: made } = work.constructor
  return made === 'Object' ? '' : made
}
