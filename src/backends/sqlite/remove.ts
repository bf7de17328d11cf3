import { FLAG } from './job-flags.js'
import { STATE } from './lanes.js'
import type { Query } from './session.js'
import { BURY_IN, FORGET_IN } from './statements/operate.js'
import { FORGET_PLACES_IN, FREE_KEYS_IN } from './statements/settle.js'
import type { Transaction } from './transaction.js'

/** A job that is in no state any more, and what it leaves behind. */
export interface Gone {
  readonly seq: number
  readonly flags: number
}

/** What a flag stands for, and how to forget it. */
const LEFT_BEHIND: readonly (readonly [flag: number, queries: readonly Query<[seqs: string]>[]])[] = [
  [FLAG.unique, [FREE_KEYS_IN]],
  [FLAG.moved, [FORGET_PLACES_IN]],
  [FLAG.params, [FORGET_IN.params]],
  [FLAG.result, [FORGET_IN.results]],
  [FLAG.errors, [FORGET_IN.errors]],
  [FLAG.reports, [FORGET_IN.progress, FORGET_IN.logs, FORGET_IN.steps]],
  [FLAG.child, [FORGET_IN.childEdges]],
  [FLAG.parent, [FORGET_IN.parentEdges]],
]

/**
 * Removes jobs with all that belongs to them; whoever calls has taken them out of `ready`, `blocked` and the counters.
 * Their names stay in `tombstones` for as long as the event log speaks of them.
 */
export function removeJobs(tx: Transaction, gone: readonly Gone[]): void {
  if (gone.length === 0) return
  const { session, changes } = tx
  for (const [flag, queries] of LEFT_BEHIND) {
    const seqs = gone.filter(({ flags }) => (flags & flag) !== 0).map(({ seq }) => seq)
    if (seqs.length > 0) for (const query of queries) session.run(query, listOf(seqs))
  }
  const seqs = gone.map(({ seq }) => seq)
  session.run(BURY_IN, listOf(seqs))
  session.run(FORGET_IN.outcomes, listOf(seqs))
  session.run(FORGET_IN.bodies, listOf(seqs))
  changes.tell(STATE.deleted, seqs)
}

function listOf(seqs: readonly number[]): string {
  return `[${seqs.join(',')}]`
}
