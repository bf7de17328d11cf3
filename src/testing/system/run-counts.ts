import type { SettlementKind } from '../../model/lease.js'
import type { WorkerEvent } from '../../worker/worker-event.js'

/** How the attempts ended that a test has let run. */
export interface RunCounts {
  /** Jobs whose handler returned. */
  readonly completed: number
  /** Attempts that failed and whose job will be tried again. */
  readonly retried: number
  /** Jobs that have failed for good. */
  readonly failed: number
  /** Attempts that answered `snooze`. */
  readonly snoozed: number
  /** Attempts that answered `again`. */
  readonly again: number
  /** Jobs that were called off, or answered `cancel`. */
  readonly cancelled: number
}

const NONE: RunCounts = { completed: 0, retried: 0, failed: 0, snoozed: 0, again: 0, cancelled: 0 }

/** null: what was given back unstarted has not run. */
const MEMBERS: Readonly<Record<SettlementKind, keyof RunCounts | null>> = {
  complete: 'completed',
  retry: 'retried',
  fail: 'failed',
  snooze: 'snoozed',
  again: 'again',
  cancel: 'cancelled',
  release: null,
}

/** What a worker has told since somebody last asked. */
export class RunTally {
  #counts: Record<keyof RunCounts, number> = { ...NONE }
  #errors: unknown[] = []

  hear(event: WorkerEvent): void {
    if (event.type === 'failed') this.#errors.push(event.error)
    if (event.type !== 'ended') return
    const member = MEMBERS[event.outcome]
    if (member !== null) this.#counts[member] += 1
  }

  /** The figures and what handlers threw, the first first; from here on they are counted anew. */
  take(): { readonly counts: RunCounts; readonly errors: readonly unknown[] } {
    const taken = { counts: this.#counts, errors: this.#errors }
    this.#counts = { ...NONE }
    this.#errors = []
    return taken
  }
}
