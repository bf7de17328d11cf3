import type { Backend } from '../../port/backend.js'
import type { SqliteDatabase, SqliteTx } from './client-types.js'
import { classify } from './errors.js'
import { createControlStore } from './control-store.js'
import { openDatabase } from './driver.js'
import { createEdgeStore } from './edge-store.js'
import { createEventLog } from './event-log.js'
import { createInspector } from './inspector.js'
import { createJobStore } from './job-store.js'
import { CAPABILITIES, LIMITS } from './limits.js'
import { createLockStore } from './lock-store.js'
import { createMaintenance } from './maintenance.js'
import { resolveOptions, type SqliteOptions } from './options.js'
import { createScheduleStore } from './schedule-store.js'
import { Store } from './store.js'
import { FileWakeups } from './wakeups.js'

/**
 * A store in one SQLite file: durable, fast, and shared by any number of processes of one machine.
 *
 * `enqueue` and `settle` take the user's own connection to the same file, on which a transaction has been begun.
 * Keep the file on a local disk: SQLite's locks do not hold over a network share.
 */
export function sqlite(options: string | SqliteOptions): Backend<SqliteTx> {
  return sqliteWith(options, openDatabase)
}

/** The same with another way to get a database handle, so that tests can break it. */
export function sqliteWith(
  options: string | SqliteOptions,
  openHandle: (file: string) => Promise<SqliteDatabase>,
): Backend<SqliteTx> {
  const resolved = resolveOptions(options)
  const wakeups = new FileWakeups(resolved)
  const store = new Store(resolved, openHandle, wakeups)
  const close = async (): Promise<void> => {
    await store.close()
    wakeups.close()
  }
  return {
    name: 'sqlite',
    capabilities: CAPABILITIES,
    limits: LIMITS,
    jobs: createJobStore(store),
    edges: createEdgeStore(store),
    schedules: createScheduleStore(store),
    locks: createLockStore(store),
    control: createControlStore(store),
    inspector: createInspector(store),
    events: createEventLog(store),
    wakeups,
    maintenance: createMaintenance(store),
    async open(params = {}) {
      await store.open(params.signal)
      wakeups.open(resolved.file)
    },
    close,
    classify,
    [Symbol.asyncDispose]: close,
  }
}
