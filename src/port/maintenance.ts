import type { EpochMs } from '../model/units.js'
import type { Call } from './call.js'

/** The housekeeping of a store: bounded, idempotent, and safe from any number of nodes at one time. */
export interface Maintenance {
  /**
   * Does one small batch of what is due: retention, roll-up of counters, leases that ended, unfinished intents.
   * Prunes only finished jobs. `nextAt` is in the past when there is more to do now.
   */
  tick(params: Call): Promise<{ readonly nextAt: EpochMs; readonly pruned: number; readonly reclaimed: number }>

  /** Compares maintained counters with a recount, and everything that refers to another record; slow; for checks and doctors. */
  verify(params: Call): Promise<readonly string[]>
}
