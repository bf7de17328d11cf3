import type { Lease, Settlement } from '../model/lease.js'
import type { RotaError } from '../model/errors.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { AttemptSpan } from '../observe/attempt-tracer.js'
import type { SettleOutcome } from '../port/job-store.js'
import type { AttemptReport } from './attempt-report.js'
import type { EventJob } from './worker-event.js'
import type { QueueLane } from './queue-lane.js'
import type { RunnableTask } from './task-table.js'

/**
 * When leases were last known to be given or extended, by both clocks of this machine, read before the store was asked.
 * Shared by all leases of one call.
 */
export interface LeaseTerm {
  readonly wall: EpochMs
  readonly monotonic: number
}

/** The age of a term: a suspended machine stops its monotonic clock and a wall clock may step, so the larger length counts. */
export function termAgeMs(term: LeaseTerm, now: LeaseTerm): DurationMs {
  return Math.max(now.monotonic - term.monotonic, now.wall - term.wall)
}

/**
 * The life of an attempt in this process.
 *
 * | from    | to      | when |
 * |---------|---------|------|
 * | waiting | running | it got a slot and its handler was called |
 * | waiting | settling | given up unstarted: expired, exhausted, released, or called off |
 * | running | settling | its handler ended, or was given up after its time-out |
 * | waiting, running | over | its lease was lost |
 * | settling | over   | the store answered |
 *
 * A handler may still run in `settling` and `over`: then the attempt is a zombie and keeps its slot.
 */
export type AttemptPhase = 'waiting' | 'running' | 'settling' | 'over'

/** A settlement that counts once a transaction of the handler is committed. */
export interface Completion {
  readonly settlement: Settlement
  /** The handler has ended, and the store is asked what became of the transaction. */
  isChecked: boolean
  /** Its lease is being extended, or cannot be any more. */
  isAsked: boolean
}

/** One lease in the hands of this worker. */
export class Attempt {
  readonly lease: Lease
  readonly task: RunnableTask
  readonly lane: QueueLane<Attempt>
  term: LeaseTerm
  phase: AttemptPhase = 'waiting'
  /** The handler was called and has not ended. */
  handlerRuns = false
  /** Monotonic. */
  startedAt = 0
  /** How the attempt ended; null until that is decided. */
  settlement: Settlement | null = null
  /** Its completion in a transaction of the handler, the latest one; null: it asked for none. */
  completion: Completion | null = null
  /** Why the handler was asked to stop; null: it was not. */
  stopReason: RotaError | null = null
  /** What the handler has told and the store does not know yet; null: nothing. */
  report: AttemptReport | null = null
  /** The handler is known to run on although the attempt was settled without it. */
  zombie = false
  /** The store did not want the first settlement; this one says so. */
  settleRefused = false
  /** The span that the handler runs in; null: nobody traces. */
  span: AttemptSpan | null = null
  /** Told when the store has answered, by those who wait for a batch; null: nobody does. */
  onOver: ((outcome: SettleOutcome) => void) | null = null
  #controller: AbortController | null = null

  constructor(lease: Lease, task: RunnableTask, lane: QueueLane<Attempt>, term: LeaseTerm) {
    this.lease = lease
    this.task = task
    this.lane = lane
    this.term = term
  }

  /** The handler's signal. Made when first read: a controller costs more than the rest of a job's way through the engine. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.stopReason !== null) this.#controller.abort(this.stopReason)
    }
    return this.#controller.signal
  }

  /** Whether the handler can know that it is asked to stop. */
  get signalWasRead(): boolean {
    return this.#controller !== null
  }

  /** Asks the handler to stop; the first reason stands. */
  stop(reason: RotaError): void {
    if (this.stopReason !== null) return
    this.stopReason = reason
    this.#controller?.abort(reason)
  }

  /** What events say about the attempt. */
  describe(): EventJob {
    const { job, fence } = this.lease
    return { id: job.id, task: job.task, queue: job.queue, fence, attempt: job.tries + 1 }
  }
}
