import type { TimedCaller } from '../async/timed-caller.js'
import type { JobStore, SettleOutcome } from '../port/job-store.js'
import type { Attempt } from './attempt.js'
import type { SettleBatcher } from './settle-batcher.js'
import type { StoreHealth } from './store-health.js'

interface BusySettlementsDeps {
  readonly jobs: Pick<JobStore, 'settle'>
  readonly caller: TimedCaller
  readonly health: StoreHealth
  readonly settler: Pick<SettleBatcher, 'settledAside' | 'rejoin'>
}

/**
 * Settlements that the store could not record because a transaction of a user holds their jobs: one that makes children for them, for
 * instance. Each waits in a call of its own until that has ended, so that the worker goes on talking with the store meanwhile.
 */
export class BusySettlements {
  readonly #deps: BusySettlementsDeps

  constructor(deps: BusySettlementsDeps) {
    this.#deps = deps
  }

  /** Waits for those of a conversation that were `busy`. */
  wait(attempts: readonly Attempt[], outcomes: readonly SettleOutcome[], signal: AbortSignal | undefined): void {
    for (const [index, attempt] of attempts.entries()) {
      if (outcomes[index] === 'busy') void this.#settle(attempt, signal)
    }
  }

  /** Never rejects: what has failed is told again with what ends next. */
  async #settle(attempt: Attempt, signal: AbortSignal | undefined): Promise<void> {
    const { caller, health, jobs, settler } = this.#deps
    const { settlement } = attempt
    if (settlement === null) return
    try {
      const [outcome = 'lost'] = await caller.call('settle', signal, (bound) =>
        jobs.settle({ settlements: [settlement], signal: bound }),
      )
      settler.settledAside(attempt, outcome)
    } catch (error) {
      if (signal?.aborted === true) return
      health.failed('settle', error, 0)
      settler.rejoin(attempt)
    }
  }
}
