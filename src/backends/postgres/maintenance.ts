import type { Maintenance } from '../../port/maintenance.js'
import { advisoryKey } from './migrations/migrate.js'
import type { Store } from './store.js'

/** How many leases, jobs and events one tick handles: some 20 ms of the server. */
const BATCH = 1000

/**
 * How many changes of counters and how many events one tick moves, some 0.1 s of the server: what has gathered while nobody kept house
 * is moved in as many ticks as it takes, each of which ends in time.
 */
const ROWS = 20_000

/** A look at least once a minute costs nothing and forgives a clock that was set. */
const TICK_MS_MAX = 60_000

/** How soon to look again at a store in which something happens. */
const BUSY_TICK_MS_MAX = 2_000

interface TickAnswer {
  readonly o_now: number
  readonly o_next: number | null
  readonly o_pruned: number
  readonly o_reclaimed: number
  readonly o_busy: boolean
  readonly o_hints: readonly (number | null)[] | null
}

export function createMaintenance(store: Store): Maintenance {
  return {
    async tick(params) {
      const answer = await store.json<TickAnswer>(params, 'SELECT row_to_json(o)::text FROM {s}.tick($1, $2, $3) o', [
        BATCH,
        ROWS,
        advisoryKey(`maintenance ${store.options.schema}`),
      ])
      if (answer.o_reclaimed > 0) {
        store.wakeups.committed({ queues: store.kinds.queuesOf(answer.o_hints), kinds: ['events'] })
      } else if (answer.o_pruned > 0) {
        store.wakeups.committed({ kinds: ['events'] })
      }
      const latest = answer.o_now + (answer.o_busy ? BUSY_TICK_MS_MAX : TICK_MS_MAX)
      return {
        nextAt: Math.min(latest, answer.o_next ?? latest),
        pruned: answer.o_pruned,
        reclaimed: answer.o_reclaimed,
      }
    },

    async verify(params) {
      const rows = await store.read(params, 'SELECT {s}.verify()')
      return rows.map(([problem]) => problem ?? '')
    },
  }
}
