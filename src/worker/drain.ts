import { Deferred } from '../async/deferred.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { DurationMs } from '../model/units.js'
import type { AttemptStopper } from './attempt-stopper.js'
import type { Attempt } from './attempt.js'
import type { HeldAttempts } from './held-attempts.js'
import type { QueueLanes } from './queue-lanes.js'
import type { DrainSummary } from './worker-event.js'

/** How long handlers get to end after their signal was aborted; with what follows it must fit between a grace of 25 s and Kubernetes' 30 s. */
const STOP_WAIT_MS: DurationMs = 2000

/** How long the last settlements may take to reach the store. */
const FLUSH_MS: DurationMs = 2000

/** What a drain can take beyond its grace. */
export const DRAIN_OVERTIME_MS: DurationMs = STOP_WAIT_MS + FLUSH_MS

interface DrainDeps {
  readonly clock: Clock
  readonly held: HeldAttempts
  readonly lanes: QueueLanes
  readonly stopper: AttemptStopper
  /** Ends the claiming; resolves when no claim is under way. */
  readonly stopClaiming: () => Promise<void>
}

/**
 * The end of a worker, step by step: what waits is given back, what runs may end within the grace, then its signal aborts,
 * then it is given back, and every settlement reaches the store if the store is there.
 */
export class Drain {
  readonly #deps: DrainDeps
  readonly #empty = new Deferred()
  #begun = false
  #drained = 0
  #released = 0

  constructor(deps: DrainDeps) {
    this.#deps = deps
  }

  /** Runs the drain; `grace` aborts when the grace is over. */
  async run(grace: AbortSignal): Promise<DrainSummary> {
    const { held, lanes, stopClaiming, stopper } = this.#deps
    this.#begun = true
    const graceOver = onceAborted(grace)
    stopper.releaseWaiting(() => true)
    await Promise.race([stopClaiming(), graceOver])
    this.#check()
    await Promise.race([this.#empty.promise, graceOver])
    if (held.size > 0) {
      const message = 'the worker is stopping and its grace is over; stop, the job is given back and no try is spent'
      stopper.stopAll(new RotaError('ABORTED', message))
      await this.#emptyWithin(STOP_WAIT_MS)
      stopper.abandonAll()
      await this.#emptyWithin(FLUSH_MS)
    }
    const unsettled = [...held].filter((attempt) => !attempt.handlerRuns).length
    return { drained: this.#drained, released: this.#released, abandoned: lanes.running + unsettled }
  }

  /** An attempt is over, and not held any more. */
  over(attempt: Attempt): void {
    if (!this.#begun) return
    if (attempt.settlement?.kind !== 'release') this.#drained++
    else if (!attempt.handlerRuns) this.#released++
    this.#check()
  }

  #check(): void {
    if (this.#deps.held.size === 0) this.#empty.resolve()
  }

  async #emptyWithin(length: DurationMs): Promise<void> {
    const over = new AbortController()
    const timeUp = this.#deps.clock.sleep(length, over.signal).catch(() => undefined)
    await Promise.race([this.#empty.promise, timeUp])
    over.abort()
  }
}

function onceAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
