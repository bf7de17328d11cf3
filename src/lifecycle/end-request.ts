import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'

/**
 * One wish to end can arrive as two signals: the terminal signals all of its group, and `npm start` or `timeout` pass theirs on to a
 * child that was in it. A person who presses Ctrl-C again is slower than this.
 */
const ECHO_MS: DurationMs = 500

/** Tells the signal that asks a program to end from its echo, and from the next one, which means at once. */
export class EndRequest {
  readonly #clock: Pick<Clock, 'monotonic'>
  #firstAt: number | null = null

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** A signal has come. */
  hear(): 'end' | 'echo' | 'now' {
    const now = this.#clock.monotonic()
    if (this.#firstAt === null) {
      this.#firstAt = now
      return 'end'
    }
    return now - this.#firstAt < ECHO_MS ? 'echo' : 'now'
  }
}
