import { RotaError } from '../model/errors.js'
import { cancel, release } from '../model/lease.js'
import type { DurationMs } from '../model/units.js'
import type { AttemptObserver } from './attempt-observer.js'
import { termAgeMs } from './attempt.js'
import type { Attempt } from './attempt.js'
import type { HeldAttempts } from './held-attempts.js'
import { settlementOfError } from './outcome-to-settlement.js'
import type { SettlementDeps } from './outcome-to-settlement.js'
import type { QueueLanes } from './queue-lanes.js'
import type { ReportBatcher } from './report-batcher.js'
import type { SettleBatcher } from './settle-batcher.js'

interface StopperDeps extends SettlementDeps {
  readonly lanes: QueueLanes
  readonly held: HeldAttempts
  readonly settler: SettleBatcher
  readonly reports: ReportBatcher
  readonly observer: AttemptObserver | null
  readonly leaseMs: DurationMs
}

/** Ends attempts for other reasons than that their handlers ended. */
export class AttemptStopper {
  readonly #deps: StopperDeps

  constructor(deps: StopperDeps) {
    this.#deps = deps
  }

  /** Gives waiting attempts back unstarted; returns how many. */
  releaseWaiting(wanted: (attempt: Attempt) => boolean): number {
    const { lanes, settler } = this.#deps
    const attempts = lanes.take(wanted)
    for (const attempt of attempts) settler.add(attempt, release(attempt.lease.receipt))
    return attempts.length
  }

  /**
   * Gives back what was claimed ahead and did not start within a third of its lease: others may be faster, and after a
   * standstill the lease may be gone.
   */
  releaseStale(): void {
    const { clock, lanes, leaseMs } = this.#deps
    const now = { wall: clock.now(), monotonic: clock.monotonic() }
    const isStale = (attempt: Attempt): boolean => termAgeMs(attempt.term, now) > leaseMs / 3
    for (const lane of lanes) {
      if (lane.first === undefined || !isStale(lane.first)) continue
      this.releaseWaiting(isStale)
      return
    }
  }

  /** Somebody called these jobs off. */
  cancelRequested(ids: ReadonlySet<string>): void {
    const { held, lanes, settler } = this.#deps
    for (const attempt of lanes.take(({ lease }) => ids.has(lease.job.id))) {
      settler.add(attempt, cancel(attempt.lease.receipt, null))
    }
    for (const attempt of held) {
      if (attempt.phase === 'running' && ids.has(attempt.lease.job.id)) attempt.stop(calledOff(attempt))
    }
  }

  /** The store says that an attempt is not ours any more. One that is being settled hears it from there. */
  leaseLost(attempt: Attempt): void {
    if (attempt.phase === 'settling' || attempt.phase === 'over') return
    const { events, held, lanes, observer, reports } = this.#deps
    if (attempt.phase === 'waiting') lanes.take((one) => one === attempt)
    attempt.phase = 'over'
    held.delete(attempt)
    reports.drop(attempt)
    events.emit({ type: 'lease-lost', job: attempt.describe() })
    observer?.lost(attempt)
    attempt.stop(leaseLost(attempt))
    attempt.onOver?.('lost')
  }

  /** The time-out has passed, its handler was told, and it goes on: the attempt is settled without it. */
  timeoutIgnored(attempt: Attempt): void {
    if (attempt.phase !== 'running' || attempt.stopReason === null) return
    const { receipt } = attempt.lease
    this.#leaveBehind(attempt)
    switch (attempt.stopReason.code) {
      case 'JOB_CANCELLED':
        return this.#deps.settler.add(attempt, cancel(receipt, null))
      case 'ABORTED':
        return this.#deps.settler.add(attempt, release(receipt))
      default:
        return this.#deps.settler.add(attempt, settlementOfError(attempt, attempt.stopReason, this.#deps))
    }
  }

  /** Asks every running handler to stop. */
  stopAll(reason: RotaError): void {
    for (const attempt of this.#deps.held) {
      if (attempt.phase === 'running') attempt.stop(reason)
    }
  }

  /** Gives back every attempt that still runs, without a try spent; returns how many handlers are left behind. */
  abandonAll(): number {
    const running = [...this.#deps.held].filter((attempt) => attempt.phase === 'running')
    for (const attempt of running) {
      this.#leaveBehind(attempt)
      this.#deps.settler.add(attempt, release(attempt.lease.receipt))
    }
    return running.length
  }

  #leaveBehind(attempt: Attempt): void {
    attempt.zombie = true
    this.#deps.events.emit({ type: 'zombie', job: attempt.describe() })
  }
}

function calledOff({ lease }: Attempt): RotaError {
  return new RotaError('JOB_CANCELLED', `job ${lease.job.id} was cancelled while it ran; stop, its result is dropped`, {
    facts: { id: lease.job.id },
  })
}

function leaseLost({ lease }: Attempt): RotaError {
  const message = `the lease of job ${lease.job.id} was lost (fence ${lease.fence}); stop, another worker may run it and this result is dropped`
  return new RotaError('LEASE_LOST', message, { facts: { id: lease.job.id, fence: lease.fence } })
}
