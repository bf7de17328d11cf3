import type { Wakeups } from '../../port/wakeups.js'
import type { Handle } from './handle.js'

/** Hints are given inside the call that causes them, so none is ever lost and there is no connection to resync. */
export function createWakeups(handle: Handle): Wakeups {
  return { subscribe: (listener) => handle.subscribe(listener) }
}
