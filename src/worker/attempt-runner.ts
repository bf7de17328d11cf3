import { decode } from '../codec/decode.js'
import { validateInput } from '../codec/validate-input.js'
import { RotaError } from '../model/errors.js'
import { cancel, release } from '../model/lease.js'
import type { Lease, Settlement } from '../model/lease.js'
import type { DurationMs } from '../model/units.js'
import type { SettleOutcome } from '../port/job-store.js'
import { AttemptContext } from './attempt-context.js'
import type { AttemptStopper } from './attempt-stopper.js'
import type { AttemptTimeouts } from './attempt-timeouts.js'
import { Attempt } from './attempt.js'
import type { LeaseTerm } from './attempt.js'
import type { HeldAttempts } from './held-attempts.js'
import { giveUp, maxTriesOf, settlementOfError, settlementOfReturn, UnreadableInput } from './outcome-to-settlement.js'
import type { SettlementDeps } from './outcome-to-settlement.js'
import type { QueueLanes } from './queue-lanes.js'
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
  readonly stopper: AttemptStopper
  readonly stalls: StallDetector
  readonly attemptEvents: boolean
  /** Called when a slot becomes free without a settlement: its attempt was settled, or lost, before. */
  readonly slotFreed: () => void
}

/** Turns leases into attempts, calls their handlers as slots allow, and says how each ended. */
export class AttemptRunner {
  readonly #deps: RunnerDeps
  readonly #tick = (): void => this.tick()
  #scheduled = false

  constructor(deps: RunnerDeps) {
    this.#deps = deps
  }

  /** Takes leases that were given at `term`; they start in the turns of the event loop that follow. */
  runBatch(leases: readonly Lease[], term: LeaseTerm, onOver?: (lease: Lease, outcome: SettleOutcome) => void): void {
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
    this.wake()
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
    if (this.#refuse(attempt, now)) return now
    attempt.phase = 'running'
    attempt.startedAt = now
    if (this.#deps.attemptEvents) this.#deps.events.emit({ type: 'started', job: attempt.describe() })
    let returned: unknown
    try {
      returned = this.#call(attempt)
    } catch (error) {
      const ended = this.#blocked(attempt, now)
      attempt.lane.measured(ended - now)
      settler.add(attempt, this.#settlementOfError(attempt, error))
      return ended
    }
    const ended = this.#blocked(attempt, now)
    if (!isPromiseLike(returned)) {
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

  /** A job that is out of tries or past its deadline is settled without being run. */
  #refuse(attempt: Attempt, now: number): boolean {
    const { lease, term } = attempt
    const { job } = lease
    if (job.tries >= maxTriesOf(attempt)) {
      this.#deps.events.emit({ type: 'poison', job: attempt.describe() })
      this.#deps.settler.add(attempt, giveUp(attempt, 'exhausted', workerLost(lease), 0, this.#deps))
      return true
    }
    // By the clock of the store: its own instant of the claim, and the time that has passed here since.
    if (job.deadline === null || lease.claimedAt + now - term.monotonic <= job.deadline) return false
    this.#deps.settler.add(attempt, giveUp(attempt, 'expired', deadlinePassed(lease), 0, this.#deps))
    return true
  }

  #call(attempt: Attempt): unknown {
    const { task } = attempt
    const input = readInput(attempt)
    const context = new AttemptContext(attempt, this.#deps.reports)
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
    const { events, settler } = this.#deps
    // A handler that ends because its worker stops has ended all the same; one that was too late or unwanted has not.
    const code = attempt.stopReason?.code
    if (code === 'TIMEOUT' || code === 'JOB_CANCELLED') {
      settler.add(attempt, this.#settlementOfError(attempt, attempt.stopReason))
      return
    }
    try {
      const settlement = settlementOfReturn(attempt, value, events)
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
        return settlementOfError(attempt, error, this.#deps)
    }
  }
}

/** Fails with `UnreadableInput` when no try can help; a schema may also fail for the moment, as any function. */
function readInput({ lease, task }: Attempt): unknown {
  try {
    const input: unknown = validateInput(task.input, decode(lease.job.payload), task.inputName)
    return input instanceof Promise ? input.catch(refuseInput) : input
  } catch (error) {
    return refuseInput(error)
  }
}

function refuseInput(error: unknown): never {
  const unreadable = RotaError.is(error) && (error.code === 'INPUT_INVALID' || error.code === 'STORE_CORRUPT')
  if (unreadable) throw new UnreadableInput(error)
  throw error
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function workerLost({ job, suspect }: Lease): RotaError {
  const message = suspect
    ? `worker lost: every worker that ran job ${job.id} lost its lease, the last of its ${job.tries} tries is spent; look for what kills the process or blocks its event loop`
    : `job ${job.id} has spent ${job.tries} tries, more than it has now; retry it by hand if that is wrong`
  return new RotaError('LEASE_LOST', message, { facts: { id: job.id, tries: job.tries } })
}

function deadlinePassed({ job }: Lease): RotaError {
  const deadline = new Date(job.deadline ?? 0).toISOString()
  return new RotaError(
    'JOB_FAILED',
    `job ${job.id} had to start by ${deadline} and could not; its deadline has passed`,
    {
      facts: { id: job.id, deadline },
    },
  )
}
