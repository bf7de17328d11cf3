import type { DurationMs, EpochMs } from '../model/units.js'

/** Tells instants of the store's clock by the clock of this machine; the two may be apart where the store has one of its own. */
export class StoreTime {
  #aheadMs: DurationMs = 0

  /** The store's clock showed `storeNow` when this machine's showed `now`. */
  synchronise(storeNow: EpochMs, now: EpochMs): void {
    this.#aheadMs = now - storeNow
  }

  /** When this machine's clock shows what `at` is on the store's. */
  toLocal(at: EpochMs): EpochMs {
    return at + this.#aheadMs
  }
}
