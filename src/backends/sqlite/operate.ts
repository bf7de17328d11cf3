import type { CancelOutcome, DeleteOutcome, RetryOutcome } from '../../port/job-store.js'
import { HINT } from './changes.js'
import { cancelled, finish, releaseChildren, unstarted } from './finish.js'
import { FLAG } from './job-flags.js'
import { kindOfLane, kindOfShelf, laneOf, STATE, stateOfShelf } from './lanes.js'
import { place, putReady } from './places.js'
import { removeJobs } from './remove.js'
import { BLOCKED_OF, DELETE_BLOCKED } from './statements/edges.js'
import { SEQ_OF, takeKeysOf } from './statements/enqueue.js'
import { FLAG_LEASE, LEASE_OF } from './statements/leases.js'
import { ASK_CANCEL, DELETE_OUTCOME, FINISHED_OF, FORGET_RESULT } from './statements/operate.js'
import { DELETE_READY, READY_OF } from './statements/places.js'
import type { Transaction } from './transaction.js'

/** Calls one job off; see `JobStore.cancel`. */
export function cancelJob(tx: Transaction, id: string, reason: string | null): CancelOutcome {
  const { session, changes } = tx
  const seq = session.get(SEQ_OF, id)?.[0]
  if (seq === undefined) return 'unknown'
  if (session.get(LEASE_OF, seq) !== undefined) {
    session.run(ASK_CANCEL, seq, reason)
    session.run(FLAG_LEASE, FLAG.cancel, seq)
    changes.hint(HINT.cancel)
    return 'requested'
  }
  const waiting = takeWaiting(tx, seq)
  if (waiting === null) return 'finished'
  finish(tx, waiting.kind, waiting, cancelled(reason))
  return 'cancelled'
}

/** Makes one job due at once; see `JobStore.retry`. */
export function retryJob(tx: Transaction, id: string): RetryOutcome {
  const { session } = tx
  const seq = session.get(SEQ_OF, id)?.[0]
  if (seq === undefined) return 'unknown'
  if (session.get(LEASE_OF, seq) !== undefined) return 'running'
  const finished = session.get(FINISHED_OF, seq)
  if (finished === undefined) return hasten(tx, seq)
  const [shelf, fence, settledFence, iterations, flags, priority, key] = finished
  if (key !== null && session.run(takeKeysOf(1), key, seq) === 0) return 'duplicate'
  const kind = kindOfShelf(shelf)
  session.run(DELETE_OUTCOME, seq)
  if ((flags & FLAG.result) !== 0) session.run(FORGET_RESULT, seq)
  tx.changes.leaveState(kind, stateOfShelf(shelf), 1)
  const live = (flags & ~FLAG.result) | (key === null ? 0 : FLAG.unique)
  const job = { seq, fence: fence + 1, settledFence, tries: 0, iterations, flags: live }
  putReady(tx, job, laneOf(kind, priority), tx.now, true)
  return 'retried'
}

/** Removes one job; see `JobStore.delete`. */
export function deleteJob(tx: Transaction, id: string): DeleteOutcome {
  const { session, changes } = tx
  const seq = session.get(SEQ_OF, id)?.[0]
  if (seq === undefined) return 'unknown'
  if (session.get(LEASE_OF, seq) !== undefined) return 'running'
  let flags = takeWaiting(tx, seq)?.flags
  if (flags === undefined) {
    const finished = session.get(FINISHED_OF, seq)
    if (finished === undefined) throw new Error(`job "${id}" is in no state: the file has been changed by hand`)
    changes.leaveState(kindOfShelf(finished[0]), stateOfShelf(finished[0]), 1)
    flags = finished[4]
  }
  if ((flags & FLAG.parent) !== 0) releaseChildren(tx, seq, false)
  removeJobs(tx, [{ seq, flags }])
  return 'deleted'
}

/** Takes a job out of its place among the waiting ones; null when it has finished. */
function takeWaiting(tx: Transaction, seq: number): (ReturnType<typeof unstarted> & { readonly kind: number }) | null {
  const { session, changes } = tx
  const ready = session.get(READY_OF, seq)
  if (ready !== undefined) {
    const [lane, visibleAt, fence, settledFence, tries, iterations, flags] = ready
    session.run(DELETE_READY, lane, visibleAt, seq)
    changes.leaveLane(lane, 1)
    return { kind: kindOfLane(lane), seq, fence, settledFence, tries, iterations, flags }
  }
  const blocked = session.get(BLOCKED_OF, seq)
  if (blocked === undefined) return null
  const [kind, , flags] = blocked
  session.run(DELETE_BLOCKED, seq)
  changes.leaveState(kind, STATE.blocked, 1)
  return { ...unstarted(seq, flags), kind }
}

/** A job that waits for its time becomes due now; one that waits for others goes on waiting. */
function hasten(tx: Transaction, seq: number): RetryOutcome {
  const ready = tx.session.get(READY_OF, seq)
  if (ready === undefined) return 'pending'
  const [lane, visibleAt, fence, settledFence, tries, iterations, flags] = ready
  if (visibleAt <= tx.now) return 'pending'
  tx.session.run(DELETE_READY, lane, visibleAt, seq)
  place(tx, { seq, fence, settledFence, tries, iterations, flags }, lane, tx.now, true)
  return 'retried'
}
