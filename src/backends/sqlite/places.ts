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

/** Puts a job among the waiting ones; see `place` for `moved`. */
export function putReady(tx: Transaction, job: LiveJob, lane: number, visibleAt: EpochMs, moved: boolean): void {
  place(tx, job, lane, visibleAt, moved)
  tx.changes.enterLane(lane, 1)
  tx.changes.tell(STATE.pending, [job.seq])
}

/**
 * Gives a waiting job its place. `moved`: that is not, or not surely, the one that its body tells, so that it has to be
 * written down where to find it.
 */
export function place(tx: Transaction, job: LiveJob, lane: number, visibleAt: EpochMs, moved: boolean): void {
  const { seq, fence, settledFence, tries, iterations } = job
  let { flags } = job
  if (moved || (flags & FLAG.moved) !== 0) {
    tx.session.run(PUT_PLACE, seq, lane, visibleAt)
    flags |= FLAG.moved
  }
  tx.session.run(INSERT_READY, lane, visibleAt, seq, fence, settledFence, tries, iterations, flags)
  tx.changes.hintJobs(tx.kind(kindOfLane(lane)).queue)
}
