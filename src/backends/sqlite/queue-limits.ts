import { slotOf, STATE } from './lanes.js'
import { COUNT_OF, KINDS_OF_QUEUE, QUEUE_LIMITS } from './statements/claim.js'
import type { Transaction } from './transaction.js'

/** Which queues are paused or limited, as one settings revision says. */
export class QueueLimits {
  readonly revision: number
  readonly #paused: ReadonlySet<string>
  readonly #concurrency: ReadonlyMap<string, number>

  constructor(revision: number, rows: readonly (readonly [string, number, number | null])[]) {
    this.revision = revision
    this.#paused = new Set(rows.flatMap(([queue, paused]) => (paused === 1 ? [queue] : [])))
    this.#concurrency = new Map(rows.flatMap(([queue, , most]) => (most === null ? [] : [[queue, most] as const])))
  }

  /** True where the end of a lease lets somebody start another job. */
  isLimited(queue: string): boolean {
    return this.#concurrency.has(queue)
  }

  /** How many jobs of the queue the fleet may start now: none while it is paused, else what its live leases leave (law 15). */
  roomOf(tx: Transaction, queue: string): number {
    if (this.#paused.has(queue)) return 0
    const most = this.#concurrency.get(queue)
    if (most === undefined) return Number.POSITIVE_INFINITY
    let running = 0
    for (const [kind] of tx.session.all(KINDS_OF_QUEUE, queue)) {
      const slot = slotOf(kind, STATE.running)
      running += (tx.session.get(COUNT_OF, slot)?.[0] ?? 0) + tx.pendingCount(slot)
    }
    return Math.max(0, most - running)
  }
}

const known = new WeakMap<object, QueueLimits>()

/** The limits of the queues, read again only when a setting has changed. */
export function readQueueLimits(tx: Transaction): QueueLimits {
  const { settingsRevision } = tx.state
  const last = known.get(tx.session)
  if (last?.revision === settingsRevision) return last
  const limits = new QueueLimits(settingsRevision, tx.session.all(QUEUE_LIMITS))
  // What this very transaction has changed may still be undone.
  if (!tx.settingsChanged) known.set(tx.session, limits)
  return limits
}
