import { retryDelayMs } from '../time/backoff.js'
import { systemRandom } from '../time/random.js'
import { isCleanStop } from '../async/clean-stop.js'
import type { RepeatOptions } from './repeat-options.js'
import { callRoutine } from './routine.js'
import type { RoutineLike } from './routine.js'
import { throwFailures } from './side-by-side.js'
import type { Timeline } from './timeline.js'

/** Side by side, of one repetition: a hundred that do not end will not be saved by the next. */
const RUNS_MAX = 100

/**
 * One repetition, from its first tick to its end.
 *
 * | state   | left by                                | to                                                |
 * |---------|----------------------------------------|---------------------------------------------------|
 * | waiting | the tick                               | running (`allow`: waiting for the next as well)   |
 * | running | its end                                | waiting for the next tick, or for the back-off     |
 * | running | an error, with `onError: 'stop'`        | ended: the others are aborted and waited for       |
 * | any     | abort, or no tick that follows          | ended, once the runs under way have               |
 */
export class Repetition {
  readonly #routine: RoutineLike
  readonly #timeline: Timeline
  readonly #policy: Required<RepeatOptions>
  readonly #own: AbortController
  readonly #running = new Set<Promise<void>>()
  readonly #errors: unknown[] = []
  #failures = 0
  #notBefore = -Infinity

  constructor(routine: RoutineLike, timeline: Timeline, policy: Required<RepeatOptions>, own: AbortController) {
    this.#routine = routine
    this.#timeline = timeline
    this.#policy = policy
    this.#own = own
  }

  async run(): Promise<void> {
    const { signal } = this.#own
    try {
      let tick = this.#firstTick()
      while (tick !== null && !signal.aborted) {
        await this.#timeline.waitUntil(tick, signal)
        await this.#onTick()
        tick = this.#tickAfter(tick)
      }
    } catch (error) {
      if (!signal.aborted) this.#end(error)
    }
    await Promise.all(this.#running)
    throwFailures(this.#errors)
  }

  #firstTick(): number | null {
    const now = this.#timeline.now()
    return this.#policy.first === 'at-once' ? now : this.#timeline.next(now)
  }

  /** Waits for the run that it starts, unless the next may run beside it. */
  async #onTick(): Promise<void> {
    if (this.#running.size === RUNS_MAX) return
    const run: Promise<void> = this.#runOnce().finally(() => this.#running.delete(run))
    this.#running.add(run)
    if (this.#policy.overlap !== 'allow') await run
  }

  #tickAfter(tick: number): number | null {
    const now = this.#timeline.now()
    if (this.#notBefore > now) return this.#timeline.next(Math.max(tick, this.#notBefore - 1))
    if (this.#policy.overlap === 'queue-one') {
      const missed = this.#timeline.next(tick)
      return missed === null || missed > now ? missed : now
    }
    return this.#timeline.next(Math.max(tick, now))
  }

  /** Never rejects: an error that ends the repetition aborts what else runs, and is thrown when all have ended. */
  async #runOnce(): Promise<void> {
    const { signal } = this.#own
    try {
      await callRoutine(this.#routine, signal)
      this.#failures = 0
    } catch (error) {
      if (signal.aborted && isCleanStop(error, signal)) return
      try {
        this.#onFailure(error)
      } catch (fatal) {
        this.#end(fatal)
      }
    }
  }

  #end(error: unknown): void {
    this.#errors.push(error)
    this.#own.abort(error)
  }

  #onFailure(error: unknown): void {
    const { onError, backoff } = this.#policy
    if (onError === 'stop') throw error
    this.#failures++
    const delayMs = retryDelayMs(backoff, this.#failures, systemRandom, error)
    this.#notBefore = this.#timeline.now() + delayMs
    onError(error, { failures: this.#failures, delayMs })
  }
}
