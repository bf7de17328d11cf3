import type { TimedCaller } from '../async/timed-caller.js'
import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { ExtendOutcome, JobStore } from '../port/job-store.js'
import { termAgeMs } from './attempt.js'
import type { Attempt, Completion, LeaseTerm } from './attempt.js'
import type { HeldAttempts } from './held-attempts.js'
import type { StoreHealth } from './store-health.js'

/** Between two questions to a store that does not answer. */
const RETRY_MS: DurationMs = 1000

interface OpenCompletionsDeps {
  readonly clock: Clock
  readonly jobs: Pick<JobStore, 'extend' | 'settle'>
  readonly caller: TimedCaller
  readonly health: StoreHealth
  readonly held: HeldAttempts
  readonly leaseMs: DurationMs
  /** Hears of a job that somebody has called off. */
  readonly calledOff: (attempt: Attempt) => void
  /** Hears of an attempt that was not completed, and whose lease ran out. */
  readonly lost: (attempt: Attempt) => void
}

/**
 * Attempts that were completed in transactions of their handlers. Nobody tells when such a transaction ends, and how: but a lease that
 * can be extended is still there, and one that cannot was settled with the commit. Each is asked about by itself, because
 * the store may make a question wait until the transaction has ended, and nobody else has to.
 */
export class OpenCompletions {
  readonly #deps: OpenCompletionsDeps
  readonly #closing = new AbortController()

  constructor(deps: OpenCompletionsDeps) {
    this.#deps = deps
  }

  /** Begins to extend the lease of each that is older than a third of one: its transaction may yet be rolled back. */
  extendOld(now: LeaseTerm): void {
    const { held, leaseMs } = this.#deps
    for (const attempt of held) {
      if (termAgeMs(attempt.term, now) < leaseMs / 3) break
      const { completion } = attempt
      if (completion === null || completion.isAsked || completion.isChecked) continue
      completion.isAsked = true
      void this.#extend(attempt).then(async (outcome) => {
        // Once it was committed there is no lease to keep any more, and never will be.
        completion.isAsked = outcome === 'lost'
        if (outcome === 'lost') await this.#judge(attempt, completion)
      })
    }
  }

  /** Whether the completion of an attempt whose handler has ended is on record; waits for its transaction to end. */
  async isCommitted(attempt: Attempt): Promise<boolean> {
    const { clock } = this.#deps
    const { signal } = this.#closing
    for (;;) {
      const outcome = await this.#extend(attempt)
      if (outcome !== null) return outcome === 'lost'
      if (signal.aborted) return false
      await clock.sleep(RETRY_MS, signal).catch(() => undefined)
    }
  }

  close(): void {
    this.#closing.abort(new Error('the worker has stopped'))
  }

  /** A lease that is gone: the settlement that won says so when it is repeated. */
  async #judge(attempt: Attempt, { settlement }: Completion): Promise<void> {
    const { caller, health, jobs } = this.#deps
    try {
      const [outcome] = await caller.call('settle', this.#closing.signal, (signal) =>
        jobs.settle({ settlements: [settlement], signal }),
      )
      if (outcome === 'lost') this.#deps.lost(attempt)
    } catch (error) {
      // The end of the handler finds it out.
      if (!this.#closing.signal.aborted) health.failed('settle', error, RETRY_MS)
    }
  }

  /** null: the store did not answer. */
  async #extend(attempt: Attempt): Promise<ExtendOutcome | null> {
    const { calledOff, caller, clock, health, held, jobs, leaseMs } = this.#deps
    const term: LeaseTerm = { wall: clock.now(), monotonic: clock.monotonic() }
    const receipts = [attempt.lease.receipt]
    try {
      const [outcome = 'lost'] = await caller.call('extend', this.#closing.signal, (signal) =>
        jobs.extend({ receipts, leaseMs, signal }),
      )
      if (outcome === 'lost') return outcome
      attempt.term = term
      held.renew(attempt)
      if (outcome === 'cancel-requested') calledOff(attempt)
      return outcome
    } catch (error) {
      if (!this.#closing.signal.aborted) health.failed('extend', error, RETRY_MS)
      return null
    }
  }
}
