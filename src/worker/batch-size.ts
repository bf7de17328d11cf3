import type { DurationMs } from '../model/units.js'

/**
 * How long one conversation with the store should take beyond its fixed cost: long enough to share a commit among many jobs,
 * short enough for the event loop to stay free where the store works on it (SQLite).
 */
const TARGET_MS = 6.5

/** A conversation that carries fewer items tells the fixed cost: the round trip and the commit. */
const SMALL_ITEMS = 16

/** While batches are smaller than this, each conversation raises the fixed cost by a hundredth: a store that moved away must not keep them small. */
const RAISE_BELOW_ITEMS = 128

/** Where the search begins: what is claimed is bounded by free slots anyway. */
const FIRST_ITEMS = 128

/** Weight of the newest measurement: about eight conversations are remembered. */
const NEWEST = 0.25

/** Finds how many jobs to settle and claim at a time, from how long that takes. */
export class BatchSize {
  readonly #max: number
  #items: number
  #fixedMs = Infinity
  #perItemMs = 0
  #latencyMs = 0

  /** `max` is what the store takes at a time. */
  constructor(max: number) {
    this.#max = max
    this.#items = Math.min(FIRST_ITEMS, max)
  }

  /** How many jobs to settle, and as many to claim, in the next conversation. */
  get items(): number {
    return this.#items
  }

  /** How long a conversation takes now, smoothed. */
  get latencyMs(): DurationMs {
    return this.#latencyMs
  }

  /** One conversation that carried `items`, settlements and leases together, took `tookMs`. */
  measured(items: number, tookMs: DurationMs): void {
    this.#latencyMs += (tookMs - this.#latencyMs) * NEWEST
    if (items < SMALL_ITEMS && this.#fixedMs !== Infinity) {
      this.#fixedMs += (tookMs - this.#fixedMs) * NEWEST
      return
    }
    this.#fixedMs = Math.min(this.#items < RAISE_BELOW_ITEMS ? this.#fixedMs * 1.01 : this.#fixedMs, tookMs)
    if (items < SMALL_ITEMS) return
    this.#perItemMs += ((tookMs - this.#fixedMs) / items - this.#perItemMs) * NEWEST
    // Each job is carried twice, once as a lease and once as a settlement. At most doubled at a time: one lucky
    // measurement must not claim thousands.
    const fitting = Math.min(TARGET_MS / (2 * this.#perItemMs), this.#items * 2, this.#max)
    this.#items = Math.max(Math.floor(fitting), Math.min(SMALL_ITEMS, this.#max))
  }
}
