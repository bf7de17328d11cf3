import type { EpochMs } from '../../model/units.js'
import { type Retention, retentionOf } from '../../port/retention.js'
import type { Kind } from './kinds.js'
import { type FinishedCode, kindOfShelf, shelfOf, slotOf, STATE } from './lanes.js'
import { queueOf } from './queue-settings.js'
import { removeJobs } from './remove.js'
import { COUNT_OF } from './statements/claim.js'
import { QUEUES } from './statements/control.js'
import { ALL_KINDS } from './statements/kinds.js'
import { oldestOn, type OldestRow, PARTS_MAX } from './statements/list.js'
import type { Transaction } from './transaction.js'

/** What stays of the jobs of one queue that ended in one way. */
interface Rule {
  readonly kinds: readonly Kind[]
  readonly state: FinishedCode
  readonly forMs: number
  readonly max: number
}

/** What a look at finished jobs has done, and when the next is worth it; null: nothing is there to be removed. */
export interface Pruned {
  readonly pruned: number
  readonly nextAt: EpochMs | null
}

/** Removes finished jobs that have stayed long enough, the oldest first, at most `limit`. */
export function pruneJobs(tx: Transaction, limit: number): Pruned {
  let pruned = 0
  let nextAt = Number.POSITIVE_INFINITY
  for (const rule of rulesOf(tx)) {
    const one = pruneBy(tx, rule, limit - pruned)
    pruned += one.pruned
    nextAt = Math.min(nextAt, one.nextAt ?? nextAt)
  }
  return { pruned, nextAt: nextAt === Number.POSITIVE_INFINITY ? null : nextAt }
}

function pruneBy(tx: Transaction, rule: Rule, limit: number): Pruned {
  const shelves = rule.kinds.map(({ id }) => shelfOf(id, rule.state))
  let excess = rule.max === Number.POSITIVE_INFINITY ? 0 : countOf(tx, rule) - rule.max
  const gone: OldestRow[] = []
  let nextAt: EpochMs | null = null
  for (const row of oldest(tx, shelves, limit + 1)) {
    const at = excess > 0 ? row[3] : row[3] + rule.forMs
    if (at > tx.now || gone.length === limit) {
      nextAt = at
      break
    }
    gone.push(row)
    excess -= 1
  }
  for (const [, , shelf] of gone) tx.changes.leaveState(kindOfShelf(shelf), rule.state, 1)
  removeJobs(
    tx,
    gone.map(([seq, , , , flags]) => ({ seq, flags })),
  )
  return { pruned: gone.length, nextAt }
}

function oldest(tx: Transaction, shelves: readonly number[], limit: number): readonly OldestRow[] {
  const rows: OldestRow[] = []
  for (let at = 0; at < shelves.length; at += PARTS_MAX) {
    const some = shelves.slice(at, at + PARTS_MAX)
    rows.push(...tx.session.all(oldestOn(some.length), ...some, limit))
  }
  return shelves.length <= PARTS_MAX ? rows : rows.sort((a, b) => a[1] - b[1] || a[0] - b[0]).slice(0, limit)
}

function countOf(tx: Transaction, { kinds, state }: Rule): number {
  return kinds.reduce((sum, { id }) => {
    const slot = slotOf(id, state)
    return sum + (tx.session.get(COUNT_OF, slot)?.[0] ?? 0) + tx.pendingCount(slot)
  }, 0)
}

function rulesOf(tx: Transaction): readonly Rule[] {
  const settings = new Map(tx.session.all(QUEUES).map((row) => [row[0], queueOf(row)]))
  const queues = new Map<string, Kind[]>()
  for (const [id, queue, task] of tx.session.all(ALL_KINDS)) {
    const kinds = queues.get(queue)
    if (kinds === undefined) queues.set(queue, [{ id, queue, task }])
    else kinds.push({ id, queue, task })
  }
  return [...queues].flatMap(([queue, kinds]) => rulesOfQueue(kinds, retentionOf(settings.get(queue))))
}

function rulesOfQueue(
  kinds: readonly Kind[],
  { completedForMs, completedMax, failedForMs: forMs }: Retention,
): readonly Rule[] {
  return [
    { kinds, state: STATE.completed, forMs: completedForMs, max: completedMax },
    { kinds, state: STATE.failed, forMs, max: Number.POSITIVE_INFINITY },
    { kinds, state: STATE.cancelled, forMs, max: Number.POSITIVE_INFINITY },
  ]
}
