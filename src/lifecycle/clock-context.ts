import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../model/clock.js'
import { systemClock } from '../time/system-clock.js'
import { callRoutine, makeRoutine, nameOf } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'

const clocks = /* @__PURE__ */ new AsyncLocalStorage<Clock>()

/** The clock that whatever runs here goes by: the machine's, unless `withClock` gave another. */
export function currentClock(): Clock {
  return clocks.getStore() ?? systemClock
}

/**
 * Runs a routine by another clock: everything inside it, at any depth, that waits or tells the time. For tests, with the `FakeClock` of
 * `rota/testing`; the routine itself is written as if there were only one clock.
 */
export function withClock(clock: Clock, routine: RoutineLike): Routine {
  return makeRoutine(nameOf(routine), (signal) => clocks.run(clock, callRoutine, routine, signal))
}
