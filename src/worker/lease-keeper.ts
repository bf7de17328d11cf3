import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { JobStore } from '../port/job-store.js'
import { Alarm } from './alarm.js'
import type { AttemptStopper } from './attempt-stopper.js'
import { termAgeMs } from './attempt.js'
import type { Attempt, LeaseTerm } from './attempt.js'
import type { HeldAttempts } from './held-attempts.js'
import type { StallDetector } from './stall-detector.js'
import type { StoreCaller } from './store-caller.js'
import type { StoreHealth } from './store-health.js'

interface LeaseKeeperDeps {
  readonly clock: Clock
  readonly jobs: Pick<JobStore, 'extend'>
  readonly caller: StoreCaller
  readonly health: StoreHealth
  readonly held: HeldAttempts
  readonly stopper: AttemptStopper
  readonly stalls: StallDetector
  readonly leaseMs: DurationMs
  readonly itemsMax: number
}

/**
 * Keeps the leases of attempts that run, or that the store could not be told of yet: whatever is older than a third is extended.
 * Looks twelve times in a lease, so that a store that fails has eight more chances before a lease ends; sleeps while nothing is held.
 */
export class LeaseKeeper {
  readonly #deps: LeaseKeeperDeps
  readonly #alarm: Alarm
  readonly #closing = new AbortController()
  #extending: Promise<void> | null = null

  constructor(deps: LeaseKeeperDeps) {
    this.#deps = deps
    this.#alarm = new Alarm(deps.clock, () => {
      this.#deps.stalls.look()
      this.tick()
    })
  }

  /** Leases have come: they are kept from now on. */
  watch(): void {
    if (this.#alarm.isSet) return
    this.#deps.stalls.alive()
    this.#alarm.setWithin(this.#deps.leaseMs / 12)
  }

  /** Gives back what waited too long, and begins to extend what is older than a third of a lease. */
  tick(): void {
    const { held, stopper } = this.#deps
    if (held.size === 0 || this.#closing.signal.aborted) return
    this.watch()
    stopper.releaseStale()
    this.#extending ??= this.#extendOld().finally(() => {
      this.#extending = null
    })
  }

  async close(): Promise<void> {
    this.#alarm.cancel()
    this.#closing.abort(new Error('the worker has stopped'))
    await this.#extending
  }

  async #extendOld(): Promise<void> {
    const { clock, health, itemsMax, leaseMs } = this.#deps
    const term: LeaseTerm = { wall: clock.now(), monotonic: clock.monotonic() }
    const old = oldOnes(this.#deps.held, term, leaseMs / 3)
    try {
      for (let from = 0; from < old.length; from += itemsMax) await this.#extend(old.slice(from, from + itemsMax))
      if (old.length > 0) health.worked('extend')
    } catch (error) {
      if (!this.#closing.signal.aborted) health.failed('extend', error, leaseMs / 12)
    }
  }

  async #extend(attempts: readonly Attempt[]): Promise<void> {
    const { caller, clock, held, jobs, leaseMs, stopper } = this.#deps
    const term: LeaseTerm = { wall: clock.now(), monotonic: clock.monotonic() }
    const receipts = attempts.map((attempt) => attempt.lease.receipt)
    const outcomes = await caller.call('extend', this.#closing.signal, (signal) =>
      jobs.extend({ receipts, leaseMs, signal }),
    )
    const unwanted = new Set<string>()
    for (const [index, attempt] of attempts.entries()) {
      if (outcomes[index] === 'lost') {
        stopper.leaseLost(attempt)
        continue
      }
      attempt.term = term
      held.renew(attempt)
      if (outcomes[index] === 'cancel-requested') unwanted.add(attempt.lease.job.id)
    }
    if (unwanted.size > 0) stopper.cancelRequested(unwanted)
  }
}

/** The least recently kept come first, so the search ends early. */
function oldOnes(held: HeldAttempts, now: LeaseTerm, ageMs: DurationMs): Attempt[] {
  const old: Attempt[] = []
  for (const attempt of held) {
    if (termAgeMs(attempt.term, now) < ageMs) break
    if (attempt.phase !== 'waiting') old.push(attempt)
  }
  return old
}
