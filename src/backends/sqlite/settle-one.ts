import { dueAt, type EncodedValue } from '../../model/job.js'
import type { Settlement } from '../../model/lease.js'
import type { SettleOutcome } from '../../port/job-store.js'
import { enqueueJobs } from './enqueue.js'
import { cancelled, COMPLETED, type Ending, failed, finish } from './finish.js'
import { FLAG } from './job-flags.js'
import { FAILURE, kindOfLane, laneOf, priorityOfLane, STATE, SUSPECTS } from './lanes.js'
import { type LiveJob, putReady } from './places.js'
import type { QueueLimits } from './queue-limits.js'
import { openReceipt } from './receipts.js'
import { PRIORITY_OF } from './statements/claim.js'
import { DELETE_LEASE, LEASE_OF } from './statements/leases.js'
import {
  ADD_ERROR,
  CANCEL_REASON_OF,
  FORGET_OLD_ERRORS,
  PUT_PARAMS,
  PUT_RESULT,
  SETTLED_FENCE_OF,
} from './statements/settle.js'
import type { Transaction } from './transaction.js'

/** A job whose lease is being settled: it is in no place until the settlement has found it one. */
interface Settling extends LiveJob {
  readonly lane: number
  readonly kind: number
  readonly dueAt: number
}

/** Records how one attempt ended, whatever that brings with it. */
export function settleOne(tx: Transaction, settlement: Settlement, limits: QueueLimits): SettleOutcome {
  const opened = openReceipt(settlement.receipt)
  if (opened === null) return 'lost'
  const { seq, fence } = opened
  const row = tx.session.get(LEASE_OF, seq)
  if (row?.[3] !== fence) {
    const settledFence = row === undefined ? tx.session.get(SETTLED_FENCE_OF, seq, seq)?.[0] : row[4]
    return settledFence === fence ? 'settled' : 'lost'
  }
  const [lane, , due, , , tries, iterations, flags] = row
  const kind = kindOfLane(lane)
  tx.session.run(DELETE_LEASE, seq)
  tx.changes.leaveState(kind, STATE.running, 1)
  const { queue } = tx.kind(kind)
  if (limits.isLimited(queue)) tx.changes.hintJobs(queue)
  const job: Settling = { seq, lane, kind, dueAt: due, fence, settledFence: fence, tries, iterations, flags }
  if ((flags & FLAG.cancel) !== 0) finish(tx, kind, job, cancelled(requestedReason(tx, seq)))
  else apply(tx, job, settlement)
  return 'settled'
}

/** Why a running job was called off, in the words of whoever did it first. */
export function requestedReason(tx: Transaction, seq: number): string | null {
  return tx.session.get(CANCEL_REASON_OF, seq)?.[0] ?? null
}

function apply(tx: Transaction, job: Settling, settlement: Settlement): void {
  switch (settlement.kind) {
    case 'complete':
      end(tx, withResult(tx, job, settlement.result), COMPLETED)
      break
    case 'fail':
      end(tx, withError(tx, spent(job, settlement.spendsTry), settlement.error), failed(FAILURE[settlement.failure]))
      break
    case 'cancel':
      end(tx, job, cancelled(settlement.reason))
      break
    case 'release':
      putReady(tx, job, job.lane, job.dueAt, false)
      break
    case 'snooze':
      wait(tx, job, dueAt(settlement.due, tx.now))
      break
    case 'retry':
      wait(tx, withError(tx, spent(job, true), settlement.error), dueAt(settlement.due, tx.now))
      break
    case 'again':
      wait(tx, nextIteration(tx, job, settlement.payload), dueAt(settlement.due, tx.now))
  }
  if ('followUps' in settlement) enqueueJobs(tx, settlement.followUps ?? [])
}

function end(tx: Transaction, job: Settling, ending: Ending): void {
  finish(tx, job.kind, job, ending)
}

/** Back among the waiting ones after something was learned about the job: it has settled, so it is not suspect any more. */
function wait(tx: Transaction, job: Settling, due: number): void {
  const visibleAt = Math.ceil(due)
  const wasSuspect = priorityOfLane(job.lane) === SUSPECTS
  const lane = wasSuspect ? laneOf(job.kind, tx.session.get(PRIORITY_OF, job.seq)?.[0] ?? SUSPECTS) : job.lane
  const moved = wasSuspect || visibleAt !== job.dueAt
  putReady(tx, { ...job, flags: job.flags & ~FLAG.suspect }, lane, visibleAt, moved)
}

function spent(job: Settling, spendsTry: boolean): Settling {
  return spendsTry ? { ...job, tries: job.tries + 1 } : job
}

function withResult(tx: Transaction, job: Settling, result: EncodedValue | null): Settling {
  if (result === null) return job
  tx.session.run(PUT_RESULT, job.seq, result.json, result.note)
  return { ...job, flags: job.flags | FLAG.result }
}

function withError(tx: Transaction, job: Settling, error: string | null): Settling {
  if (error === null) return job
  tx.session.run(ADD_ERROR, job.seq, tx.now, error)
  if ((job.flags & FLAG.errors) !== 0) tx.session.run(FORGET_OLD_ERRORS, job.seq, job.seq)
  return { ...job, flags: job.flags | FLAG.errors }
}

function nextIteration(tx: Transaction, job: Settling, payload: EncodedValue | null): Settling {
  tx.session.run(PUT_PARAMS, job.seq, payload?.json ?? null, payload?.note ?? null)
  return { ...job, tries: 0, iterations: job.iterations + 1, flags: job.flags | FLAG.params }
}
