import type { Backend } from '../../port/backend.js'
import type { PgTx } from './client-types.js'
import { createControlStore } from './control-store.js'
import { createEdgeStore } from './edge-store.js'
import { classify } from './errors.js'
import { createEventLog } from './event-log.js'
import { createInspector } from './inspector.js'
import { createJobStore } from './job-store.js'
import { CAPABILITIES, CAPABILITIES_DEAF, LIMITS } from './limits.js'
import { createLockStore } from './lock-store.js'
import { createMaintenance } from './maintenance.js'
import { type PostgresOptions, resolveOptions } from './options.js'
import { createScheduleStore } from './schedule-store.js'
import { Store } from './store.js'

/**
 * A store in one schema of a PostgreSQL database, version 13 or later, shared by any number of processes and hosts.
 *
 * The server's clock decides what is due. `enqueue` and `settle` take a client of the user's on which a transaction has been begun.
 */
export function postgres(options: PostgresOptions): Backend<PgTx> {
  const store = new Store(resolveOptions(options))
  const close = async (): Promise<void> => store.close()
  return {
    name: 'postgres',
    get capabilities() {
      return store.wakeups.isShared ? CAPABILITIES : CAPABILITIES_DEAF
    },
    limits: LIMITS,
    jobs: createJobStore(store),
    edges: createEdgeStore(store),
    schedules: createScheduleStore(store),
    locks: createLockStore(store),
    control: createControlStore(store),
    inspector: createInspector(store),
    events: createEventLog(store),
    wakeups: store.wakeups,
    maintenance: createMaintenance(store),
    open: async (params = {}) => store.open(params.signal),
    close,
    classify,
    [Symbol.asyncDispose]: close,
  }
}
