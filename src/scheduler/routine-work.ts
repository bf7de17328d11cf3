/** What can be scheduled: a function of a signal, or an object that runs. */
export type RoutineWork = ((signal: AbortSignal) => unknown) | { readonly run: (signal: AbortSignal) => unknown }

/** What is to be called for it. Throws a `TypeError` for what cannot be scheduled. */
export function workOf(routine: RoutineWork): (signal: AbortSignal) => unknown {
  const given: unknown = routine
  if (typeof routine === 'function') return routine
  if (typeof (given as { run?: unknown } | null)?.run === 'function') return (signal) => routine.run(signal)
  throw new TypeError(`withSchedule: routine: expected a function or an object with run(signal), got ${typeof given}`)
}
