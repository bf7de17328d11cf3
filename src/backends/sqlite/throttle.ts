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
  #lastAt = Number.NEGATIVE_INFINITY
  #waits = false
  #isStopped = false

  constructor(clock: Clock, gapMs: DurationMs, action: () => void) {
    this.#clock = clock
    this.#gapMs = gapMs
    this.#action = action
  }

  ask(): void {
    if (this.#waits || this.#isStopped) return
    const waitMs = this.#lastAt + this.#gapMs - this.#clock.monotonic()
    if (waitMs <= 0) {
      this.#run()
      return
    }
    this.#waits = true
    // Without a signal, which would cost more than everything else here: what is left of a gap holds nobody up.
    void this.#clock.sleep(waitMs).then(() => {
      this.#waits = false
      if (!this.#isStopped) this.#run()
    })
  }

  /** Runs now what waits; nothing runs any more afterwards. */
  stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    if (this.#waits) this.#action()
  }

  #run(): void {
    this.#lastAt = this.#clock.monotonic()
    this.#action()
  }
}
