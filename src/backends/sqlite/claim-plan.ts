import type { EpochMs } from '../../model/units.js'
import type { Kind } from './kinds.js'
import { mergeLanes } from './statements/claim.js'
import type { Transaction } from './transaction.js'

/** One queue of a claim, and how many of its jobs may still be given: to this worker, and to the fleet. */
export interface ClaimQueue {
  readonly queue: string
  readonly rank: number
  room: number
  fleetRoom: number
  /** It has jobs of tasks that the worker does not know. */
  hasOthers: boolean
}

/** A lane that is not empty, and when its first job became or becomes due. */
export interface ClaimLane {
  readonly lane: number
  /** Changes when jobs are taken; null when none is left. */
  headAt: EpochMs | null
  readonly kind: Kind
  readonly queue: ClaimQueue
}

/** How many jobs of a lane are taken. */
export interface Share {
  readonly lane: ClaimLane
  readonly jobs: number
}

/** SQLite merges at most 500 parts of one statement; a queue with more tasks in one priority than this is merged by its oldest heads. */
const MERGED_MAX = 32

/**
 * Divides a claim of `most` jobs over lanes of one priority that all have due jobs: the queues take turns, one job each,
 * the preferred one first, so that none starves behind another's backlog; within a queue the oldest job comes first.
 */
export function planClaim(tx: Transaction, lanes: readonly ClaimLane[], most: number): readonly Share[] {
  const turns = [...new Set(lanes.map(({ queue }) => queue))]
    .filter(({ room }) => room > 0)
    .sort((a, b) => a.rank - b.rank)
    .map((queue) => {
      const own = lanes.filter((lane) => lane.queue === queue)
      return { queue, own, shares: [] as readonly Share[], jobs: 0, more: true }
    })
  let left = most
  for (let open = turns; left > 0 && open.length > 0; open = open.filter(({ more }) => more)) {
    const each = Math.max(1, Math.floor(left / open.length))
    for (const turn of open) {
      if (left === 0) break
      const asked = Math.min(turn.jobs + Math.min(each, left), turn.queue.room)
      turn.shares = mergeQueue(tx, turn.own, asked)
      const got = turn.shares.reduce((sum, { jobs }) => sum + jobs, 0)
      left -= got - turn.jobs
      turn.jobs = got
      turn.more = got === asked && got < turn.queue.room
    }
  }
  return turns.flatMap(({ shares }) => shares)
}

/** The first `most` jobs of lanes of one queue, counted by lane. */
function mergeQueue(tx: Transaction, lanes: readonly ClaimLane[], most: number): readonly Share[] {
  const merged =
    lanes.length <= MERGED_MAX
      ? lanes
      : lanes.toSorted((a, b) => (a.headAt ?? 0) - (b.headAt ?? 0)).slice(0, MERGED_MAX)
  const params = merged.flatMap(({ lane }) => [lane, tx.now])
  const byLane = new Map(merged.map((lane) => [lane.lane, lane]))
  return tx.session.all(mergeLanes(merged.length), ...params, most).flatMap(([number, jobs]) => {
    const lane = byLane.get(number)
    return lane === undefined ? [] : [{ lane, jobs }]
  })
}
