import type { EncodedValue, Priority, TickInfo } from '../../model/job.js'
import type { Lease } from '../../model/lease.js'
import type { ClaimParams } from '../../port/job-store.js'
import type { ClaimLane, ClaimQueue } from './claim-plan.js'
import { FLAG } from './job-flags.js'
import { priorityOfLane, SUSPECTS } from './lanes.js'
import { receiptOf } from './receipts.js'
import { LEND, type LentRow, PARAMS_OF, PRIORITY_OF, READ_HEADS, TAKE_HEADS } from './statements/claim.js'
import type { Transaction } from './transaction.js'

/** What one lane gave. */
export interface Lent {
  readonly lane: ClaimLane
  readonly seqs: readonly number[]
  readonly leases: readonly Lease[]
}

/** What few jobs have, as `READ_HEADS` packs it. */
type Extras = [
  note: string | null,
  headers: string | null,
  deadline: number | null,
  maxTries: number | null,
  tick: string | null,
]

const NO_EXTRAS: Extras = [null, null, null, null, null]

/** Moves the first jobs of a lane to `leases`: one statement for the rows, one to read what the worker needs, one to take them away. */
export function lendHead(tx: Transaction, params: ClaimParams, lane: ClaimLane, jobs: number): Lent {
  const { session, now } = tx
  session.run(LEND, now + params.leaseMs, params.workerId, lane.lane, jobs)
  const rows = session.all(READ_HEADS, lane.lane, jobs)
  const last = rows.at(-1)
  if (last !== undefined) session.run(TAKE_HEADS, lane.lane, last[1], last[0])
  return { lane, seqs: rows.map(([seq]) => seq), leases: rows.map((row) => leaseOf(tx, params, lane, row)) }
}

/** The leases of several lanes in one order: by queue in turns, within a queue by the time at which they became due. */
export function interleave(lent: readonly Lent[]): readonly Lease[] {
  if (lent.length === 1) return lent[0]?.leases ?? []
  const queues = new Map<ClaimQueue, Lent[]>()
  for (const one of lent) queues.set(one.lane.queue, [...(queues.get(one.lane.queue) ?? []), one])
  const lists = [...queues.values()].map(inOrder)
  const leases: Lease[] = []
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0)
  for (let at = 0; at < longest; at += 1) {
    for (const list of lists) {
      const lease = list[at]
      if (lease !== undefined) leases.push(lease)
    }
  }
  return leases
}

function inOrder(lent: readonly Lent[]): readonly Lease[] {
  if (lent.length === 1) return lent[0]?.leases ?? []
  const jobs = lent.flatMap(({ seqs, leases }) => leases.map((lease, index) => ({ lease, seq: seqs[index] ?? 0 })))
  jobs.sort((a, b) => a.lease.job.dueAt - b.lease.job.dueAt || a.seq - b.seq)
  return jobs.map(({ lease }) => lease)
}

function leaseOf(tx: Transaction, params: ClaimParams, { lane, kind }: ClaimLane, row: LentRow): Lease {
  const [seq, dueAt, fence, tries, iterations, flags, id, enqueuedAt, json, packed] = row
  const [note, headers, deadline, maxTries, tick] = packed === null ? NO_EXTRAS : (JSON.parse(packed) as Extras)
  const suspect = (flags & FLAG.suspect) !== 0
  const priority = priorityOfLane(lane)
  return {
    receipt: receiptOf(seq, fence),
    fence,
    claimedAt: tx.now,
    leaseUntil: tx.now + params.leaseMs,
    suspect,
    job: {
      id,
      task: kind.task,
      queue: kind.queue,
      priority: (priority === SUSPECTS ? tx.session.get(PRIORITY_OF, seq)?.[0] : priority) as Priority,
      payload: (flags & FLAG.params) !== 0 ? paramsOf(tx, seq) : json === null ? null : { json, note },
      headers,
      enqueuedAt,
      dueAt,
      deadline,
      tries,
      maxTries,
      iterations,
      tick: tick === null ? null : (JSON.parse(tick) as TickInfo),
    },
  }
}

function paramsOf(tx: Transaction, seq: number): EncodedValue | null {
  const [json, note] = tx.session.get(PARAMS_OF, seq) ?? [null, null]
  return json === null ? null : { json, note }
}
