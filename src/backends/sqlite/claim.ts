import type { Lease } from '../../model/lease.js'
import type { ClaimParams, ClaimResult } from '../../port/job-store.js'
import { type ClaimLane, type ClaimQueue, planClaim } from './claim-plan.js'
import { kindOfLane, priorityOfLane, slotOfLane, STATE, SUSPECTS } from './lanes.js'
import { interleave, lendHead, type Lent } from './lend.js'
import { LIMITS } from './limits.js'
import { readQueueLimits } from './queue-limits.js'
import { HEAD_OF, LANE_HEADS, LEASE_ENDS } from './statements/claim.js'
import { sweepLeases } from './sweep.js'
import type { Transaction } from './transaction.js'

/** So many ended leases does one claim take back; the rest is for the next ones and for maintenance. */
const SWEEP_MAX = 100

/**
 * Above so many leases their first end is told as the bound that the store keeps: a hint need not be exact, and reading a lease
 * costs 0.2 microseconds in every claim that finds less than it asked for.
 */
const LEASES_READ_MAX = 200

const PRIORITIES = [1, 2, 3, 4, 5] as const

/**
 * Lends out jobs that are due; see `JobStore.claim`. One walk over the heads of all lanes says which have something, so that
 * neither delayed jobs nor those of tasks that the worker does not know lie in the way (law 18).
 */
export function claimJobs(tx: Transaction, params: ClaimParams): ClaimResult {
  // Follow-ups of the settlements that this claim travels with have just arrived.
  tx.readyArrivals()
  sweepLeases(tx, SWEEP_MAX)
  const queues = readQueues(tx, params)
  const lanes = readLanes(tx, params, queues)
  const due = lanes.filter(({ headAt }) => headAt !== null && headAt <= tx.now)
  const leases = (params.suspects ? lendSuspect(tx, params, due) : null) ?? lendPlain(tx, params, due)
  unhintEmptied(tx, queues, lanes)
  return { leases, nextVisibleAt: nextOf(tx, params, lanes) }
}

/** What somebody asks for who may claim later. */
type Wanted = Pick<ClaimParams, 'queues' | 'tasks' | 'suspects'>

/** When a job of these queues and tasks becomes visible next; see `ClaimResult`. */
export function nextVisibleAt(tx: Transaction, wanted: Wanted): number | null {
  return nextOf(tx, wanted, readLanes(tx, wanted, readQueues(tx, wanted)))
}

function readQueues(tx: Transaction, { queues }: Wanted): ReadonlyMap<string, ClaimQueue> {
  const limits = readQueueLimits(tx)
  return new Map(
    queues.map(({ queue, limit }, rank) => {
      const fleetRoom = limits.roomOf(tx, queue)
      return [queue, { queue, rank, fleetRoom, room: Math.min(limit, fleetRoom), hasOthers: false }]
    }),
  )
}

/** The lanes of the tasks and queues that the worker asks for and that are not empty. */
function readLanes(tx: Transaction, { tasks }: Wanted, queues: ReadonlyMap<string, ClaimQueue>): readonly ClaimLane[] {
  const known = setOf(tasks)
  const lanes: ClaimLane[] = []
  for (const [lane, headAt] of tx.session.all(LANE_HEADS)) {
    const kind = tx.kind(kindOfLane(lane))
    const queue = queues.get(kind.queue)
    if (queue === undefined) continue
    if (known.has(kind.task)) lanes.push({ lane, headAt, kind, queue })
    else queue.hasOthers = true
  }
  return lanes
}

/** A suspect comes alone: nobody else may pay for it when it takes its worker down. */
function lendSuspect(tx: Transaction, params: ClaimParams, due: readonly ClaimLane[]): readonly Lease[] | null {
  let first: ClaimLane | null = null
  for (const lane of due) {
    if (priorityOfLane(lane.lane) !== SUSPECTS || lane.queue.room < 1) continue
    if (first === null || (lane.headAt ?? 0) < (first.headAt ?? 0)) first = lane
  }
  return first === null || params.limit < 1 ? null : lend(tx, params, [lendHead(tx, params, first, 1)])
}

/** Priority by priority; within one the queues take turns, and in a queue whoever has been due for the longest time comes first. */
function lendPlain(tx: Transaction, params: ClaimParams, due: readonly ClaimLane[]): readonly Lease[] {
  const leases: Lease[] = []
  const most = Math.min(params.limit, LIMITS.claimItems)
  const priorities = params.from === 'highest' ? PRIORITIES : PRIORITIES.toReversed()
  for (const priority of priorities) {
    const lanes = due.filter(({ lane }) => priorityOfLane(lane) === priority)
    if (lanes.length === 0 || leases.length >= most) continue
    const shares = planClaim(tx, lanes, most - leases.length)
    const lent = shares.map(({ lane, jobs }) => lendHead(tx, params, lane, jobs))
    for (const lease of lend(tx, params, lent)) leases.push(lease)
  }
  return leases
}

/** Counts what was lent, and puts it in the order in which it is given. */
function lend(tx: Transaction, { leaseMs }: ClaimParams, lent: readonly Lent[]): readonly Lease[] {
  for (const { lane, seqs } of lent) {
    lane.queue.room -= seqs.length
    lane.queue.fleetRoom -= seqs.length
    lane.headAt = tx.session.get(HEAD_OF, lane.lane)?.[0] ?? null
    tx.changes.leave(slotOfLane(lane.lane), seqs.length)
    tx.changes.enterState(lane.kind.id, STATE.running, seqs.length)
    tx.changes.tell(STATE.running, seqs)
  }
  if (lent.length > 0) tx.lowerLeaseEnd(tx.now + leaseMs)
  return interleave(lent)
}

/** A queue from which this transaction has taken all that came in it gives nobody a reason to look. */
function unhintEmptied(tx: Transaction, queues: ReadonlyMap<string, ClaimQueue>, lanes: readonly ClaimLane[]): void {
  for (const name of [...tx.changes.queues]) {
    const queue = queues.get(name)
    if (queue === undefined || queue.hasOthers) continue
    if (lanes.every((lane) => lane.queue !== queue || lane.headAt === null)) tx.changes.unhintJobs(name)
  }
}

/** Jobs of a queue that is paused or full are not coming: what changes that is a setting, or the end of a lease. */
function nextOf(tx: Transaction, { suspects, queues }: Wanted, heads: readonly ClaimLane[]): number | null {
  let next = Number.POSITIVE_INFINITY
  for (const { lane, headAt, queue } of heads) {
    if (queue.fleetRoom < 1 || (priorityOfLane(lane) === SUSPECTS && !suspects)) continue
    if (headAt !== null && headAt < next) next = headAt
  }
  if (next > tx.now && tx.state.leaseEnd !== null) next = Math.min(next, nextLeaseEnd(tx, queues))
  return next === Number.POSITIVE_INFINITY ? null : next
}

function nextLeaseEnd(tx: Transaction, queues: Wanted['queues']): number {
  let first = Number.POSITIVE_INFINITY
  let read = 0
  for (const [lane, leases, firstEnd] of tx.session.all(LEASE_ENDS, LEASES_READ_MAX)) {
    read += leases
    const { queue } = tx.kind(kindOfLane(lane))
    if (queues.some((asked) => asked.queue === queue)) first = Math.min(first, firstEnd)
  }
  return read < LEASES_READ_MAX ? first : (tx.state.leaseEnd ?? first)
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>()

/** Workers pass the same array each time, so its set is made once. */
function setOf(tasks: readonly string[]): ReadonlySet<string> {
  let set = sets.get(tasks)
  if (set === undefined) sets.set(tasks, (set = new Set(tasks)))
  return set
}
