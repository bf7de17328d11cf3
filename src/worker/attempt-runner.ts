import { cancel, release } from '../model/lease.js'
import type { Lease, Settlement } from '../model/lease.js'
import { isOutcome } from '../model/outcome.js'
import type { DurationMs } from '../model/units.js'
import type { SettleOutcome } from '../port/job-store.js'
import type { AttemptCompleter } from './attempt-completer.js'
import { AttemptContext } from './attempt-context.js'
import type { AttemptObserver } from './attempt-observer.js'
import type { AttemptStopper } from './attempt-stopper.js'
import type { AttemptTimeouts } from './attempt-timeouts.js'
import { Attempt } from './attempt.js'
import type { LeaseTerm } from './attempt.js'
import type { HeldAttempts } from './held-attempts.js'
import { giveUp, settlementOfError, settlementOfReturn } from './outcome-to-settlement.js'
import type { SettlementDeps } from './outcome-to-settlement.js'
import type { QueueLanes } from './queue-lanes.js'
import { readInput } from './read-input.js'
import { refusalOf } from './refusal.js'
import type { ReportBatcher } from './report-batcher.js'
import type { SettleBatcher } from './settle-batcher.js'
import type { StallDetector } from './stall-detector.js'
import { unknownTask } from './task-table.js'
import type { TaskTable } from './task-table.js'

/** Synchronous work at a time; between two slices timers and sockets get their turn. */
const SLICE_MS: DurationMs = 5

interface RunnerDeps extends SettlementDeps {
  readonly tasks: TaskTable
  readonly lanes: QueueLanes
  readonly held: HeldAttempts
  readonly settler: SettleBatcher
  readonly timeouts: AttemptTimeouts
  readonly reports: ReportBatcher
  readonly completer: AttemptCompleter
  readonly stopper: AttemptStopper
  readonly stalls: StallDetector
  readonly observer: AttemptObserver | null
  readonly attemptEvents: boolean
  /** Called when a slot becomes free without a settlement: its attempt was settled, or lost, before. */
  readonly slotFreed: () => void
}

/** Turns leases into attempts, calls their handlers as slots allow, and says how each ended. */
export class AttemptRunner {
  readonly #deps: RunnerDeps
  readonly #tick = (): void => this.tick()
  readonly #wake = (): void => this.wake()
  #scheduled = false

  constructor(deps: RunnerDeps) {
    this.#deps = deps
  }

  /** Takes leases that were given at `term`; they start in the turns of the event loop that follow. */
  runBatch(leases: readonly Lease[], term: LeaseTerm, onOver?: (lease: Lease, outcome: SettleOutcome) => void): void {
    this.#take(leases, term, onOver)
    this.wake()
  }

  /** The same, but whoever asks the store for more in the next turn comes first: it works while these run. */
  runBehind(leases: readonly Lease[], term: LeaseTerm): void {
    this.#take(leases, term, undefined)
    this.#deps.clock.defer(this.#wake)
  }

  #take(
    leases: readonly Lease[],
    term: LeaseTerm,
    onOver: ((lease: Lease, outcome: SettleOutcome) => void) | undefined,
  ): void {
    const { tasks, lanes, held, settler } = this.#deps
    for (const lease of leases) {
      const lane = lanes.laneOf(lease.job.queue)
      const task = tasks.byName.get(lease.job.task)
      const attempt = new Attempt(lease, task ?? unknownTask(lease.job.task), lane, term)
      if (onOver !== undefined) attempt.onOver = (outcome) => onOver(lease, outcome)
      held.add(attempt)
      if (task === undefined) settler.add(attempt, release(lease.receipt))
      else lane.push(attempt)
    }
  }

  /** Starts waiting attempts soon, if any can start. */
  wake(): void {
    if (this.#scheduled || !this.#deps.lanes.canStart) return
    this.#scheduled = true
    this.#deps.clock.defer(this.#tick)
  }

  /** One slice: starts what can start, for about 5 ms. */
  tick(): void {
    this.#scheduled = false
    const { clock, lanes, stopper } = this.#deps
    stopper.releaseStale()
    let now = clock.monotonic()
    const end = now + SLICE_MS
    while (now < end) {
      const attempt = lanes.shift()
      if (attempt === undefined) return
      now = this.#start(attempt, now)
    }
    this.wake()
  }

  /** Returns the instant at which the synchronous part was over. */
  #start(attempt: Attempt, now: number): number {
    const { lanes, settler, timeouts } = this.#deps
    if (this.#refuse(attempt, now)) return this.#deps.clock.monotonic()
    attempt.phase = 'running'
    attempt.startedAt = now
    if (this.#deps.observer !== null) this.#deps.observer.started(attempt)
    if (this.#deps.attemptEvents) this.#deps.events.emit({ type: 'started', job: attempt.describe() })
    let returned: unknown
    let isLater: boolean
    try {
      returned = attempt.span === null ? this.#call(attempt) : attempt.span.run(() => this.#call(attempt))
      isLater = isPromiseLike(returned)
    } catch (error) {
      const ended = this.#blocked(attempt, now)
      attempt.lane.measured(ended - now)
      settler.add(attempt, this.#settlementOfError(attempt, error))
      return ended
    }
    const ended = this.#blocked(attempt, now)
    if (!isLater) {
      attempt.lane.measured(ended - now)
      this.#returned(attempt, returned)
      return ended
    }
    lanes.occupy(attempt.lane)
    attempt.handlerRuns = true
    timeouts.watch(attempt)
    Promise.resolve(returned).then(
      (value: unknown) => {
        this.#free(attempt)
        this.#returned(attempt, value)
      },
      (error: unknown) => {
        this.#free(attempt)
        if (attempt.phase === 'running') settler.add(attempt, this.#settlementOfError(attempt, error))
      },
    )
    return ended
  }

  /** The synchronous part of an attempt is over; returns the instant. */
  #blocked(attempt: Attempt, startedAt: number): number {
    const now = this.#deps.clock.monotonic()
    attempt.lane.blocked(now - startedAt)
    this.#deps.stalls.ran(attempt.task.name, now - startedAt)
    return now
  }

  /** Settles a job that must not run; true when it did. */
  #refuse(attempt: Attempt, now: number): boolean {
    const refusal = refusalOf(attempt, now)
    if (refusal === null) return false
    const { events, settler } = this.#deps
    const isPoison = refusal.failure === 'exhausted' && attempt.lease.suspect
    if (isPoison) events.emit({ type: 'poison', job: attempt.describe() })
    settler.add(attempt, giveUp(attempt, refusal.failure, refusal.error, 0, this.#deps))
    return true
  }

  #call(attempt: Attempt): unknown {
    const { task } = attempt
    const input = readInput(attempt)
    const context = new AttemptContext(attempt, this.#deps)
    return input instanceof Promise
      ? input.then((value: unknown) => task.run(value, context))
      : task.run(input, context)
  }

  #free(attempt: Attempt): void {
    const { clock, events, lanes, timeouts } = this.#deps
    attempt.handlerRuns = false
    timeouts.unwatch(attempt)
    lanes.free(attempt.lane)
    attempt.lane.measured(clock.monotonic() - attempt.startedAt)
    if (attempt.zombie) events.emit({ type: 'zombie-ended', job: attempt.describe() })
    if (attempt.phase !== 'running') this.#deps.slotFreed()
    this.wake()
  }

  #returned(attempt: Attempt, value: unknown): void {
    if (attempt.phase !== 'running') return
    const { settler } = this.#deps
    const code = attempt.stopReason?.code
    try {
      // A handler that knew that its worker stops and returns nothing special may have stopped in the middle of its work.
      const isCutShort = code === 'ABORTED' && attempt.signalWasRead && !isOutcome(value)
      if (code === 'TIMEOUT' || code === 'JOB_CANCELLED' || isCutShort) {
        settler.add(attempt, this.#settlementOfError(attempt, attempt.stopReason))
        return
      }
      const settlement = settlementOfReturn(attempt, value, this.#deps)
      if (!(settlement instanceof Promise)) {
        settler.add(attempt, settlement)
        return
      }
      settlement.then(
        (checked) => this.#settleIfOurs(attempt, () => checked),
        (error: unknown) => this.#settleIfOurs(attempt, () => this.#settlementOfError(attempt, error)),
      )
    } catch (error) {
      settler.add(attempt, this.#settlementOfError(attempt, error))
    }
  }

  /** The schema took its time, and the lease may be gone by now. */
  #settleIfOurs(attempt: Attempt, make: () => Settlement): void {
    if (attempt.phase === 'running') this.#deps.settler.add(attempt, make())
  }

  #settlementOfError(attempt: Attempt, error: unknown): Settlement {
    const { stopReason, lease } = attempt
    switch (stopReason?.code) {
      case 'JOB_CANCELLED':
        return cancel(lease.receipt, null)
      case 'ABORTED':
        return release(lease.receipt) // it was told to stop: no try is spent
      case 'TIMEOUT':
        return settlementOfError(attempt, stopReason, this.#deps)
      default:
        return this.#settlementOfThrown(attempt, error)
    }
  }

  #settlementOfThrown(attempt: Attempt, thrown: unknown): Settlement {
    try {
      return settlementOfError(attempt, thrown, this.#deps)
    } catch (cause) {
      // Even a look at it throws, as at a revoked proxy. No job may fail to fail.
      const error = new Error('the handler threw something that cannot be looked at', { cause })
      return settlementOfError(attempt, error, this.#deps)
    }
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
