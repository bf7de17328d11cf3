import type { DurationMs, EpochMs } from '../model/units.js'
import { checkInstant, FIRST_INSTANT, LAST_INSTANT } from './instants.js'
import { formatLength } from './phrases.js'
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
    checkInstant('after', after)
    const passed = Math.floor((after - this.#anchor) / this.#everyMs)
    const tick = this.#anchor + Math.max(passed + 1, 1) * this.#everyMs
    return tick <= LAST_INSTANT && tick > after ? tick : null
  }

  previous(before: EpochMs): EpochMs | null {
    checkInstant('before', before)
    const passed = Math.ceil((Math.min(before, LAST_INSTANT + 1) - this.#anchor) / this.#everyMs) - 1
    const tick = this.#anchor + passed * this.#everyMs
    return passed >= 1 && tick >= FIRST_INSTANT ? tick : null
  }

  describe(): string {
    return `every ${formatLength(this.#everyMs)}, counted from ${new Date(this.#anchor).toISOString()}`
  }

  toString(): string {
    return this.expression
  }
}
