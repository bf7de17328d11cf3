import type { Clock } from '../model/clock.js'
import type { JobStore, RetryOutcome } from '../port/job-store.js'

/** Jobs in one write: small enough that workers hardly wait behind it. */
const BATCH_MAX = 500

/** With a rate, writes in a second at most: a queue is fed evenly, and a store has time between two of them. */
const WRITES_PER_SECOND = 10

const RATE_MAX = 1_000_000

/** What jobs are retried with. */
export interface PacedRetryParts {
  readonly jobs: Pick<JobStore<never>, 'retry'>
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>
  /** Jobs in a second at most; undefined: as fast as the store takes them. */
  readonly rate: number | undefined
  readonly signal: AbortSignal | undefined
}

/** Retries jobs no faster than told. */
export class PacedRetry {
  readonly #parts: PacedRetryParts
  readonly #batch: number
  readonly #pauseMs: number
  #readyAt: number

  constructor(parts: PacedRetryParts) {
    const { clock, rate } = parts
    if (rate !== undefined && !(typeof rate === 'number' && rate > 0 && rate <= RATE_MAX)) {
      throw new TypeError(`redrive: rate: expected jobs per second, above 0 to ${RATE_MAX}, got ${String(rate)}`)
    }
    this.#parts = parts
    this.#batch =
      rate === undefined ? BATCH_MAX : Math.min(BATCH_MAX, Math.max(1, Math.floor(rate / WRITES_PER_SECOND)))
    this.#pauseMs = rate === undefined ? 0 : (this.#batch * 1000) / rate
    this.#readyAt = clock.monotonic()
  }

  /** Retries jobs in their order; `told` hears what became of each after each write. */
  async retry(
    ids: readonly string[],
    told: (outcomes: readonly (readonly [id: string, outcome: RetryOutcome])[]) => void,
  ): Promise<void> {
    const { clock, jobs, signal } = this.#parts
    for (let start = 0; start < ids.length; start += this.#batch) {
      const wait = this.#readyAt - clock.monotonic()
      if (wait > 0) await clock.sleep(Math.ceil(wait), signal)
      signal?.throwIfAborted()
      // Counted from here and never made up for: after a store was slow, no second has more than its share.
      this.#readyAt = clock.monotonic() + this.#pauseMs
      const some = ids.slice(start, start + this.#batch)
      const outcomes = await jobs.retry({ ids: some, signal })
      told(outcomes.map((outcome, at) => [some[at] ?? '', outcome]))
    }
  }
}
