import { cancelled, finish } from './finish.js'
import { FLAG } from './job-flags.js'
import { kindOfLane, laneOf, STATE, SUSPECTS } from './lanes.js'
import { putReady } from './places.js'
import { requestedReason } from './settle-one.js'
import { DELETE_LEASE, ENDED_LEASES, FIRST_LEASE_END, type LeaseRow } from './statements/leases.js'
import type { Transaction } from './transaction.js'

/**
 * Takes back leases that have ended, at most `limit`, and says how many those were (law 4). Their jobs wait in the lane of the
 * suspects from here on. Costs nothing before the first end: the row of `state` has a bound that no lease ends before.
 */
export function sweepLeases(tx: Transaction, limit: number): number {
  if (tx.state.leaseEnd === null || tx.now < tx.state.leaseEnd) return 0
  const ended = tx.session.all(ENDED_LEASES, tx.now, limit)
  for (const [seq, ...lease] of ended) reclaim(tx, seq, lease)
  if (ended.length < limit) tx.state.leaseEnd = tx.session.get(FIRST_LEASE_END)?.[0] ?? null
  tx.touchState()
  return ended.length
}

function reclaim(tx: Transaction, seq: number, lease: LeaseRow): void {
  const [lane, endedAt, , fence, settledFence, tries, iterations, flags] = lease
  const kind = kindOfLane(lane)
  tx.session.run(DELETE_LEASE, seq)
  tx.changes.leaveState(kind, STATE.running, 1)
  // One more than the lost lease had: a late settlement finds neither its fence nor the trace of it.
  const job = { seq, fence: fence + 1, settledFence, tries, iterations, flags }
  if ((flags & FLAG.cancel) !== 0) {
    finish(tx, kind, job, cancelled(requestedReason(tx, seq)))
    return
  }
  // A job that had lost a lease before was alone with its worker; the neighbours of the others are suspects, not culprits.
  const spent = (flags & FLAG.suspect) === 0 ? 0 : 1
  const suspect = { ...job, tries: tries + spent, flags: flags | FLAG.suspect }
  putReady(tx, suspect, laneOf(kind, SUSPECTS), endedAt, true)
}
