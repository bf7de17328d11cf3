import type { Clock } from '../../model/clock.js'
import type { DurationMs, EpochMs } from '../../model/units.js'
import { arrayOf } from './arrays.js'

/** Lanes, and the instant of the first job that was found in each. */
export type Floors = readonly [lanes: readonly number[], heads: readonly EpochMs[]]

/** One claim in this time looks from the beginning, and finds what was committed late or went back to its old place. */
export const KEPT_MS: DurationMs = 1_000

/**
 * Where claims begin to look while a snapshot that somebody holds open keeps the index full of what is gone. Only a claim that had
 * a long walk gives them, so in a store without such snapshots there are none.
 */
export class LaneFloors {
  readonly #clock: Clock
  #columns: readonly [lanes: string, heads: string] | null = null
  #until = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `isWhole`: the claim that found them looked from the beginning; what one that began at floors found must not put that off. */
  set([lanes, heads]: Floors, isWhole: boolean): void {
    const now = this.#clock.monotonic()
    if (isWhole) this.#until = now + KEPT_MS
    else if (now >= this.#until) return
    this.#columns = [arrayOf(lanes), arrayOf(heads)]
  }

  get(): readonly [lanes: string | null, heads: string | null] {
    if (this.#columns !== null && this.#clock.monotonic() >= this.#until) this.#columns = null
    return this.#columns ?? [null, null]
  }
}
