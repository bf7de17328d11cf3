import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { JobStore } from '../port/job-store.js'
import { Alarm } from '../async/alarm.js'
import type { TimedCaller } from '../async/timed-caller.js'
import type { AttemptStopper } from './attempt-stopper.js'
import { termAgeMs } from './attempt.js'
import type { Attempt, LeaseTerm } from './attempt.js'
import type { HeldAttempts } from './held-attempts.js'
import type { OpenCompletions } from './open-completions.js'
import type { StallDetector } from './stall-detector.js'
import type { StoreHealth } from './store-health.js'

interface LeaseKeeperDeps {
  readonly clock: Clock
  readonly jobs: Pick<JobStore, 'extend'>
  readonly caller: TimedCaller
  readonly health: StoreHealth
  readonly held: HeldAttempts
  readonly stopper: AttemptStopper
  readonly stalls: StallDetector
  readonly completions: OpenCompletions
  readonly leaseMs: DurationMs
  readonly itemsMax: number
}

/** Looks in one lease: a standstill is noticed when it makes one of them late. */
const LOOKS = 60

/** Every so many looks leases are extended, those older than a third: should the store fail, eight more chances follow before one ends. */
const LOOKS_PER_EXTENSION = 5

/**
 * Keeps the leases of attempts that run, or that the store could not be told of yet: whatever is older than a third is extended.
 * Sleeps while nothing is held.
 */
export class LeaseKeeper {
  readonly #deps: LeaseKeeperDeps
  readonly #alarm: Alarm
  #looks = 0
  readonly #closing = new AbortController()
  #extending: Promise<void> | null = null

  constructor(deps: LeaseKeeperDeps) {
    this.#deps = deps
    this.#alarm = new Alarm(deps.clock, () => this.#look())
  }

  /** Leases have come: they are kept from now on. */
  watch(): void {
    if (this.#alarm.isSet) return
    const lengthMs = this.#deps.leaseMs / LOOKS
    this.#alarm.setWithin(lengthMs)
    this.#deps.stalls.lookIn(lengthMs)
  }

  #look(): void {
    const stalled = this.#deps.stalls.look()
    if (this.#deps.held.size === 0) return
    this.watch()
    if (++this.#looks % LOOKS_PER_EXTENSION === 0 || stalled) this.tick()
  }

  /** Gives back what waited too long, and begins to extend what is older than a third of a lease. */
  tick(): void {
    const { stopper } = this.#deps
    if (this.#closing.signal.aborted) return
    stopper.releaseStale()
    this.#extending ??= this.#extendOld().finally(() => {
      this.#extending = null
    })
  }

  async close(): Promise<void> {
    this.#alarm.cancel()
    this.#closing.abort(new Error('the worker has stopped'))
    this.#deps.completions.close()
    await this.#extending
  }

  async #extendOld(): Promise<void> {
    const { clock, completions, health, itemsMax, leaseMs } = this.#deps
    const term: LeaseTerm = { wall: clock.now(), monotonic: clock.monotonic() }
    completions.extendOld(term)
    const old = oldOnes(this.#deps.held, term, leaseMs / 3)
    try {
      for (let from = 0; from < old.length; from += itemsMax) await this.#extend(old.slice(from, from + itemsMax))
      if (old.length > 0) health.worked('extend')
    } catch (error) {
      if (!this.#closing.signal.aborted) health.failed('extend', error, (leaseMs / LOOKS) * LOOKS_PER_EXTENSION)
    }
  }

  async #extend(attempts: readonly Attempt[]): Promise<void> {
    const { caller, clock, held, jobs, leaseMs, stopper } = this.#deps
    const term: LeaseTerm = { wall: clock.now(), monotonic: clock.monotonic() }
    const receipts = attempts.map((attempt) => attempt.lease.receipt)
    const outcomes = await caller.call('extend', this.#closing.signal, (signal) =>
      jobs.extend({ receipts, leaseMs, impatient: true, signal }),
    )
    const unwanted = new Set<string>()
    for (const [index, attempt] of attempts.entries()) {
      if (outcomes[index] === 'lost') {
        stopper.leaseLost(attempt)
        continue
      }
      // Somebody holds the job, so nobody can take it either; it is asked for again with the next.
      if (outcomes[index] === 'busy') continue
      attempt.term = term
      held.renew(attempt)
      if (outcomes[index] === 'cancel-requested') unwanted.add(attempt.lease.job.id)
    }
    if (unwanted.size > 0) stopper.cancelRequested(unwanted)
  }
}

/** The least recently kept come first, so the search ends early. Those that were completed in a transaction are kept by themselves. */
function oldOnes(held: HeldAttempts, now: LeaseTerm, ageMs: DurationMs): Attempt[] {
  const old: Attempt[] = []
  for (const attempt of held) {
    if (termAgeMs(attempt.term, now) < ageMs) break
    if (attempt.phase !== 'waiting' && attempt.completion === null) old.push(attempt)
  }
  return old
}
