import type { Clock } from '../../model/clock.js'
import type { Backend } from '../../port/backend.js'
import { systemClock } from '../../time/system-clock.js'
import { createControlStore } from './control-store.js'
import { createEdgeStore } from './edge-store.js'
import { classify } from './errors.js'
import { createEventLog } from './event-log.js'
import { Handle } from './handle.js'
import { createInspector } from './inspector.js'
import { createJobStore } from './job-store.js'
import { CAPABILITIES, LIMITS } from './limits.js'
import { createLockStore } from './lock-store.js'
import { createMaintenance } from './maintenance.js'
import { createScheduleStore } from './schedule-store.js'
import { newState, type MemoryState } from './state.js'
import { createWakeups } from './wakeups.js'

/** How to make a memory store. */
export interface MemoryOptions {
  /** Tells the store what time it is. @defaultValue the clock of this machine */
  readonly clock?: Clock
}

/**
 * A store that lives and dies with this process: for tests, and for programs whose jobs may be lost with them.
 * It keeps every promise of the port but durability.
 */
export function memory(options: MemoryOptions = {}): Backend {
  return memoryHandle(newState(), options.clock ?? systemClock)
}

/** One of several handles on the same store. */
export function memoryHandle(state: MemoryState, clock: Clock): Backend {
  const handle = new Handle(state, clock)
  const close = async (): Promise<void> => handle.close()
  return {
    name: 'memory',
    capabilities: CAPABILITIES,
    limits: LIMITS,
    jobs: createJobStore(handle),
    edges: createEdgeStore(handle),
    schedules: createScheduleStore(handle),
    locks: createLockStore(handle),
    control: createControlStore(handle),
    inspector: createInspector(handle),
    events: createEventLog(handle),
    wakeups: createWakeups(handle),
    maintenance: createMaintenance(handle),
    open: async (params = {}) => handle.admit(params),
    close,
    classify,
    [Symbol.asyncDispose]: close,
  }
}
