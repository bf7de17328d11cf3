import type { EpochMs } from '../../model/units.js'
import { FLAG } from './job-flags.js'
import { kindOfLane, STATE } from './lanes.js'
import { INSERT_READY, PUT_PLACE } from './statements/places.js'
import type { Transaction } from './transaction.js'

/** The narrow part of a job that is between two places. */
export interface LiveJob {
  readonly seq: number
  readonly fence: number
  readonly settledFence: number
  readonly tries: number
  readonly iterations: number
  readonly flags: number
}

/**
 * Puts a job among the waiting ones. `moved`: its place is not, or not surely, the one that its body tells, so that it has to be
 * written down where to find it.
 */
export function putReady(tx: Transaction, job: LiveJob, lane: number, visibleAt: EpochMs, moved: boolean): void {
  const { session, changes } = tx
  let { flags } = job
  if (moved || (flags & FLAG.moved) !== 0) {
    session.run(PUT_PLACE, job.seq, lane, visibleAt)
    flags |= FLAG.moved
  }
  session.run(INSERT_READY, lane, visibleAt, job.seq, job.fence, job.settledFence, job.tries, job.iterations, flags)
  changes.enterLane(lane, 1)
  changes.tell(STATE.pending, [job.seq])
  changes.hintJobs(tx.kind(kindOfLane(lane)).queue)
}
