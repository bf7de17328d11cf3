import { FLAG } from './job-flags.js'
import { FAILURE, type FinishedCode, laneOf, shelfOf, STATE } from './lanes.js'
import { type LiveJob, putReady } from './places.js'
import {
  BLOCKED_OF,
  DELETE_BLOCKED,
  PLACE_OF_BODY,
  RESOLVE_EDGES,
  WAIT_FOR,
  WAITING_CHILDREN,
} from './statements/edges.js'
import { FORGET_CANCEL, FORGET_PLACE, FREE_KEY, INSERT_OUTCOME } from './statements/places.js'
import { FLAGS_OF_LIFE } from './statements/settle.js'
import type { Transaction } from './transaction.js'

/** How a job ended. */
export interface Ending {
  readonly state: FinishedCode
  readonly failure: number
  readonly reason: string | null
}

export const COMPLETED: Ending = Object.freeze({ state: STATE.completed, failure: FAILURE.none, reason: null })
export const STRANDED: Ending = Object.freeze({ state: STATE.failed, failure: FAILURE.unreachable, reason: null })
export const failed = (failure: number): Ending => ({ state: STATE.failed, failure, reason: null })
export const cancelled = (reason: string | null): Ending => ({ state: STATE.cancelled, failure: FAILURE.none, reason })

/** Files a job that has left its place among the live ones, and lets whatever waits for it go on or fail. */
export function finish(tx: Transaction, kind: number, job: LiveJob, ending: Ending): void {
  file(tx, kind, job, ending)
  if ((job.flags & FLAG.parent) !== 0) releaseChildren(tx, job.seq, ending.state === STATE.completed)
}

/**
 * Resolves the edges to a job that has ended, or is about to be deleted. Those that fail with it pass that on at once;
 * a list instead of recursion, because a chain can be longer than the stack is deep.
 */
export function releaseChildren(tx: Transaction, seq: number, completed: boolean): void {
  const { session, changes } = tx
  const ended = [{ seq, completed }]
  for (const parent of ended) {
    const edges = session.all(WAITING_CHILDREN, parent.seq)
    session.run(RESOLVE_EDGES, parent.seq)
    for (const [child, runAnyway] of edges) {
      const row = session.get(BLOCKED_OF, child)
      if (row === undefined) continue
      const [kind, waits, flags] = row
      const goesOn = parent.completed || runAnyway === 1
      if (goesOn && waits > 1) {
        session.run(WAIT_FOR, waits - 1, child)
        continue
      }
      session.run(DELETE_BLOCKED, child)
      changes.leaveState(kind, STATE.blocked, 1)
      const job = unstarted(child, flags)
      if (goesOn) {
        unblock(tx, job)
      } else {
        file(tx, kind, job, STRANDED)
        if ((flags & FLAG.parent) !== 0) ended.push({ seq: child, completed: false })
      }
    }
  }
}

/** A job that has never been lent. */
export function unstarted(seq: number, flags: number): LiveJob {
  return { seq, fence: 0, settledFence: 0, tries: 0, iterations: 0, flags }
}

function unblock(tx: Transaction, job: LiveJob): void {
  const row = tx.session.get(PLACE_OF_BODY, job.seq)
  if (row === undefined)
    throw new Error(`the body of blocked job ${job.seq} is missing: the file has been changed by hand`)
  const [kind, priority, dueAt] = row
  putReady(tx, job, laneOf(kind, priority), Math.max(dueAt, tx.now), dueAt < tx.now)
}

function file(tx: Transaction, kind: number, job: LiveJob, { state, failure, reason }: Ending): void {
  const { session, changes } = tx
  const { seq, flags } = job
  session.run(
    INSERT_OUTCOME,
    seq,
    shelfOf(kind, state),
    tx.state.commits,
    tx.now,
    job.fence,
    job.settledFence,
    job.tries,
    job.iterations,
    flags & ~FLAGS_OF_LIFE,
    failure,
    reason,
  )
  if ((flags & FLAG.unique) !== 0) session.run(FREE_KEY, seq)
  if ((flags & FLAG.moved) !== 0) session.run(FORGET_PLACE, seq)
  if ((flags & FLAG.cancel) !== 0) session.run(FORGET_CANCEL, seq)
  changes.enterState(kind, state, 1)
  changes.tell(state, [seq])
}
