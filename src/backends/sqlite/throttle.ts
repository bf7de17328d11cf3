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
  #isAsked = false
  #sleeps = false
  #isStopped = false

  constructor(clock: Clock, gapMs: DurationMs, action: () => void) {
    this.#clock = clock
    this.#gapMs = gapMs
    this.#action = action
  }

  ask(): void {
    if (this.#isStopped) return
    this.#isAsked = true
    this.#runOrWait()
  }

  /** Runs now what waits; nothing runs any more afterwards. */
  stop(): void {
    this.#isStopped = true
    if (this.#isAsked) this.#run()
  }

  /** Whoever asks looks at the clock too: a program that never lets a timer fire must not silence itself. */
  #runOrWait(): void {
    const waitMs = this.#lastAt + this.#gapMs - this.#clock.monotonic()
    if (waitMs <= 0) {
      this.#run()
    } else if (!this.#sleeps) {
      this.#sleeps = true
      // Without a signal, which would cost more than everything else here: what is left of a gap holds nobody up.
      void this.#clock.sleep(waitMs).then(() => {
        this.#sleeps = false
        if (this.#isAsked && !this.#isStopped) this.#runOrWait()
      })
    }
  }

  #run(): void {
    this.#isAsked = false
    this.#lastAt = this.#clock.monotonic()
    this.#action()
  }
}
