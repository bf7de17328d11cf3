import { checkText, checkWhole } from '../../port/checks.js'
import type { QueueRecord, QueueSettings } from '../../port/control-store.js'
import { SLOTS_PER_KIND } from './lanes.js'
import type { Session } from './session.js'
import { KINDS_OF_QUEUE } from './statements/claim.js'
import {
  COUNTERS_OF_KIND,
  DELETE_COUNTERS,
  DELETE_QUEUE,
  PUT_QUEUE,
  QUEUE_OF,
  type QueueRow,
  QUEUES,
  QUEUES_WITH_JOBS,
} from './statements/control.js'
import type { Transaction } from './transaction.js'

type Patch = { readonly name: string } & Partial<QueueSettings>

const FIELDS = ['concurrency', 'completedForMs', 'completedMax', 'failedForMs'] as const

/** How a queue behaves that nobody has set. */
const DEFAULTS: QueueSettings = Object.freeze({
  paused: false,
  concurrency: null,
  completedForMs: null,
  completedMax: null,
  failedForMs: null,
})

export function checkQueue({ name, ...patch }: Patch): void {
  checkText('putQueues', 'name', name)
  for (const field of FIELDS) {
    const value = patch[field]
    if (value == null) continue
    checkWhole('putQueues', field, value, field === 'concurrency' ? 1 : 0, Number.MAX_SAFE_INTEGER)
  }
}

/** Changes the settings of one queue; see `ControlStore.putQueues`. */
export function putQueue(tx: Transaction, { name, ...patch }: Patch): QueueRecord {
  const row = tx.session.get(QUEUE_OF, name)
  const before: QueueRecord = row === undefined ? { name, ...DEFAULTS } : queueOf(row)
  const after: QueueRecord = { ...before, ...definedOf(patch) }
  if (row === undefined || JSON.stringify(after) !== JSON.stringify(before)) {
    const { paused, concurrency, completedForMs, completedMax, failedForMs } = after
    tx.session.run(PUT_QUEUE, name, paused ? 1 : 0, concurrency, completedForMs, completedMax, failedForMs)
    tx.changeSettings()
    tx.changes.hintJobs(name)
  }
  return after
}

/** Every queue that has settings or ever had a job, by name. */
export function listQueues(session: Session): readonly QueueRecord[] {
  const known = new Map(session.all(QUEUES).map((row) => [row[0], queueOf(row)]))
  const names = new Set([...known.keys(), ...session.all(QUEUES_WITH_JOBS).map(([queue]) => queue)])
  return [...names].sort().map((name) => known.get(name) ?? { name, ...DEFAULTS })
}

/** Forgets one queue that has no jobs on record; see `ControlStore.removeQueues`. */
export function removeQueue(tx: Transaction, name: string): 'removed' | 'not-empty' | 'unknown' {
  const { session } = tx
  const ranges = session.all(KINDS_OF_QUEUE, name).map(([kind]): [first: number, last: number] => {
    return [kind * SLOTS_PER_KIND, (kind + 1) * SLOTS_PER_KIND - 1]
  })
  const counters = ranges.flatMap((range) => session.all(COUNTERS_OF_KIND, ...range))
  const pending = ranges.some(([first, last]) => tx.hasPendingCounts(first, last))
  if (counters.length === 0 && !pending && session.get(QUEUE_OF, name) === undefined) return 'unknown'
  if (pending || counters.some(([, count]) => count > 0)) return 'not-empty'
  for (const range of ranges) session.run(DELETE_COUNTERS, ...range)
  session.run(DELETE_QUEUE, name)
  tx.changeSettings()
  return 'removed'
}

export function queueOf([name, paused, concurrency, completedForMs, completedMax, failedForMs]: QueueRow): QueueRecord {
  return { name, paused: paused === 1, concurrency, completedForMs, completedMax, failedForMs }
}

function definedOf(patch: Partial<QueueSettings>): Partial<QueueSettings> {
  return Object.fromEntries(Object.entries<unknown>(patch).filter(([, value]) => value !== undefined))
}
