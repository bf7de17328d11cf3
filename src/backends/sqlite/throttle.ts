import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'

/**
 * Runs an action whenever it is asked for, but not more often than once in `gapMs`: at once when the last run is long enough ago,
 * else when it will be. However often it is asked for, a run follows the last time.
 */
export class Throttle {
  readonly #clock: Clock
  readonly #gapMs: DurationMs
  readonly #action: () => void
  readonly #stop = new AbortController()
  #lastAt = Number.NEGATIVE_INFINITY
  #waits = false

  constructor(clock: Clock, gapMs: DurationMs, action: () => void) {
    this.#clock = clock
    this.#gapMs = gapMs
    this.#action = action
  }

  ask(): void {
    if (this.#waits || this.#stop.signal.aborted) return
    const waitMs = this.#lastAt + this.#gapMs - this.#clock.monotonic()
    if (waitMs <= 0) {
      this.#run()
      return
    }
    this.#waits = true
    this.#clock.sleep(waitMs, this.#stop.signal).then(
      () => {
        this.#waits = false
        this.#run()
      },
      () => undefined,
    )
  }

  /** Runs now what waits; nothing runs any more afterwards. */
  stop(): void {
    if (this.#stop.signal.aborted) return
    this.#stop.abort()
    if (this.#waits) this.#action()
  }

  #run(): void {
    this.#lastAt = this.#clock.monotonic()
    this.#action()
  }
}
