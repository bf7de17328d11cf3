import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'

/** A reason of our own: without one each abort makes an exception with a stack. */
const CANCELLED = new Error('the alarm was cancelled')

/**
 * Rings once after a length of time; one wait at a time, and a nearer one replaces it.
 * It counts elapsed time, so that leases are kept and time-outs come also while the wall clock is set back.
 */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #wait: { readonly until: number; readonly controller: AbortController } | null = null

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  get isSet(): boolean {
    return this.#wait !== null
  }

  /** Makes it ring in `length` at the latest. */
  setWithin(length: DurationMs): void {
    const until = this.#clock.monotonic() + length
    if (this.#wait !== null && this.#wait.until <= until) return
    this.cancel()
    const wait = { until, controller: new AbortController() }
    this.#wait = wait
    this.#clock.sleep(length, wait.controller.signal).then(
      () => {
        if (this.#wait !== wait) return
        this.#wait = null
        this.#ring()
      },
      () => undefined, // cancelled
    )
  }

  cancel(): void {
    this.#wait?.controller.abort(CANCELLED)
    this.#wait = null
  }
}
