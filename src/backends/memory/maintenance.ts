import type { EpochMs } from '../../model/units.js'
import type { Maintenance } from '../../port/maintenance.js'
import type { Commit } from './commit.js'
import { pruneNodes } from './control-store.js'
import { eventsPruneAt, pruneEvents } from './event-log.js'
import type { Handle } from './handle.js'
import { reclaimLeases } from './leases.js'
import { nextPruneAt, pruneJobs } from './retention.js'
import { verifyState } from './verify.js'

/** How many leases and how many records one tick handles; a thousand take about a millisecond. */
const BATCH = 1_000

/** A look at least once a minute costs nothing and forgives a clock that was set. */
const TICK_MS_MAX = 60_000

export function createMaintenance(handle: Handle): Maintenance {
  return {
    async tick(params) {
      return handle.commit(params, (commit) => {
        let reclaimed = 0
        for (const queue of commit.state.queues.values()) reclaimed += reclaimLeases(commit, queue, BATCH - reclaimed)
        const pruned = pruneJobs(commit, BATCH)
        pruneEvents(commit.state.events, commit.now)
        pruneNodes(commit)
        return { nextAt: nextTickAt(commit), pruned, reclaimed }
      })
    },

    async verify(params) {
      return handle.read(params, verifyState)
    },
  }
}

/** In the past, or now, when this tick left something over. */
function nextTickAt(commit: Commit): EpochMs {
  let next = commit.now + TICK_MS_MAX
  for (const queue of commit.state.queues.values()) next = Math.min(next, queue.leases.first()?.visibleAt ?? next)
  return Math.min(next, nextPruneAt(commit) ?? next, eventsPruneAt(commit.state.events) ?? next)
}
