import type { DurationMs, EpochMs } from '../model/units.js'
import type { Schedule } from './schedule.js'

/** Every so much elapsed time, counted from an anchor: the phase does not depend on when anybody asks, and no zone matters. */
export class IntervalSchedule implements Schedule {
  readonly expression: string
  readonly timeZone = 'UTC'
  readonly #everyMs: DurationMs
  readonly #anchor: EpochMs

  constructor(expression: string, everyMs: DurationMs, anchor: EpochMs) {
    this.expression = expression
    this.#everyMs = everyMs
    this.#anchor = anchor
  }

  /** The first tick is one interval after the anchor. */
  next(after: EpochMs): EpochMs | null {
    if (Number.isNaN(after)) throw new TypeError('after must be an instant, expected milliseconds since 1970, got NaN')
    const passed = Math.floor((after - this.#anchor) / this.#everyMs)
    const tick = this.#anchor + Math.max(passed + 1, 1) * this.#everyMs
    return Number.isSafeInteger(tick) ? tick : null
  }

  toString(): string {
    return this.expression
  }
}
