import { RotaError } from '../../model/errors.js'
import type { NewJob } from '../../model/job.js'
import type { EpochMs } from '../../model/units.js'
import { finish, STRANDED, unstarted } from './finish.js'
import { FLAG } from './job-flags.js'
import { laneOf, STATE, stateOfShelf } from './lanes.js'
import { putReady } from './places.js'
import { ADD_EDGE, FLAG_BLOCKED, FLAG_OUTCOME, INSERT_BLOCKED, OUTCOME_OF } from './statements/edges.js'
import { SEQ_OF } from './statements/enqueue.js'
import { FLAG_LEASE } from './statements/leases.js'
import { FLAG_READY, READY_OF } from './statements/places.js'
import type { Transaction } from './transaction.js'

/** A new job whose body is on record, and that waits for others. */
export interface Child {
  readonly job: NewJob
  readonly seq: number
  /** The numbers of its parents, in their order. */
  readonly parents: readonly number[]
  readonly kind: number
  readonly flags: number
  readonly dueAt: EpochMs
}

/** The parents of a new job. Throws `PARENT_UNKNOWN` for one that is neither on record nor earlier in the call. */
export function findParents(tx: Transaction, job: NewJob, seq: number): readonly number[] {
  return job.parents.map(({ id }) => {
    const row = tx.session.get(SEQ_OF, id)
    // Bodies of one call are stored together: a larger number stands later in the call.
    if (row !== undefined && row[0] < seq) return row[0]
    throw new RotaError(
      'PARENT_UNKNOWN',
      `job "${job.id}" waits for job "${id}", which is not on record; enqueue parents first, or in the same call before their children`,
      { facts: { id: job.id, parent: id } },
    )
  })
}

/**
 * Puts a new job with parents where it belongs: blocked, or pending when all parents have completed, or failed when one of
 * them ended otherwise (law 13).
 */
export function placeChild(tx: Transaction, child: Child): void {
  const { job, seq, kind, dueAt } = child
  const flags = child.flags | FLAG.child
  let waits = 0
  let stranded = false
  for (const [index, parent] of child.parents.entries()) {
    const otherwise = job.parents[index]?.otherwise
    const ended = markParent(tx, parent)
    const added = tx.session.run(ADD_EDGE, seq, parent, otherwise === 'run' ? 1 : 0, ended === null ? 0 : 1)
    if (added === 0) continue
    if (ended === null) waits += 1
    else if (ended !== STATE.completed && otherwise === 'fail') stranded = true
  }
  if (stranded) {
    finish(tx, kind, unstarted(seq, flags), STRANDED)
  } else if (waits > 0) {
    tx.session.run(INSERT_BLOCKED, seq, kind, waits, flags)
    tx.changes.enterState(kind, STATE.blocked, 1)
    tx.changes.tell(STATE.blocked, [seq])
  } else {
    putReady(tx, unstarted(seq, flags), laneOf(kind, job.priority), dueAt, false)
  }
}

/** Notes on a job that somebody has an edge to it; how it ended, or null while it is live. */
function markParent(tx: Transaction, seq: number): number | null {
  const { session } = tx
  const outcome = session.get(OUTCOME_OF, seq)
  if (outcome !== undefined) {
    session.run(FLAG_OUTCOME, FLAG.parent, seq)
    return stateOfShelf(outcome[0])
  }
  if (session.run(FLAG_LEASE, FLAG.parent, seq) > 0 || session.run(FLAG_BLOCKED, FLAG.parent, seq) > 0) return null
  const place = session.get(READY_OF, seq)
  if (place === undefined) throw new Error(`job ${seq} is in no state: the file has been changed by hand`)
  session.run(FLAG_READY, FLAG.parent, place[0], place[1], seq)
  return null
}
