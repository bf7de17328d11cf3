import type { EpochMs } from '../../model/units.js'
import type { Maintenance } from '../../port/maintenance.js'
import { EVENTS_FOR_MS, EVENTS_MAX } from '../../port/retention.js'
import { STATE } from './lanes.js'
import { pruneJobs } from './retention.js'
import { FORGET_NODES } from './statements/control.js'
import { FORGET_EVENTS, FORGET_TOMBSTONES, OLDEST_EVENTS } from './statements/events.js'
import type { Store } from './store.js'
import { sweepLeases } from './sweep.js'
import type { Transaction } from './transaction.js'
import { verifyFile } from './verify.js'

/** How many leases, jobs and events one tick handles: each some 10 microseconds. */
const BATCH = 500

/** A look at least once a minute costs nothing and forgives a clock that was set. */
const TICK_MS_MAX = 60_000

/** How soon to look again at a file in which something happened: at 10,000 jobs a second, 20,000 may be too many by then. */
const BUSY_TICK_MS_MAX = 2_000

export function createMaintenance(store: Store): Maintenance {
  let lastEvent: number | null = null
  return {
    async tick(params) {
      const { seen, ...done } = await store.write(params, (tx) => {
        const reclaimed = sweepLeases(tx, BATCH)
        const { pruned, nextAt: jobsAt } = pruneJobs(tx, BATCH)
        const eventsAt = pruneEvents(tx)
        tx.session.run(FORGET_NODES, tx.now)
        const due = [jobsAt, eventsAt, tx.state.leaseEnd].filter((at) => at !== null)
        // Retention by number has no instant of its own: it is due when enough jobs have ended.
        const seen = tx.state.nextEvent
        const isBusy = lastEvent !== null && lastEvent !== seen
        const nextAt = Math.min(tx.now + (isBusy ? BUSY_TICK_MS_MAX : TICK_MS_MAX), ...due)
        return { nextAt, pruned, reclaimed, seen }
      })
      // Not in the write, which may have to begin again.
      lastEvent = seen
      return done
    },

    async verify(params) {
      return store.read(params, (session) =>
        verifyFile(session, (id) => {
          const { queue, task } = store.kind(session, id)
          return `queue "${queue}", task "${task}"`
        }),
      )
    },
  }
}

/** Forgets old events, and the names of removed jobs with the event that tells of the removal. When the next one is old enough. */
function pruneEvents(tx: Transaction): EpochMs | null {
  const rows = tx.session.all(OLDEST_EVENTS, BATCH + 1)
  const old = rows.filter(([cursor, at], index) => index < BATCH && isOld(tx, cursor, at))
  const last = old.at(-1)
  if (last !== undefined) tx.session.run(FORGET_EVENTS, last[0])
  for (const [, , state, jobs] of old) if (state === STATE.deleted) tx.session.run(FORGET_TOMBSTONES, jobs)
  const next = rows[old.length]
  if (next === undefined) return null
  return isOld(tx, next[0], next[1]) ? tx.now : next[1] + EVENTS_FOR_MS
}

function isOld(tx: Transaction, cursor: number, at: EpochMs): boolean {
  return at + EVENTS_FOR_MS <= tx.now || cursor < tx.state.nextEvent - EVENTS_MAX
}
