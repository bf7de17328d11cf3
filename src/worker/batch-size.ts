import type { DurationMs } from '../model/units.js'

/**
 * How long one conversation with the store should take beyond its fixed cost, at least: long enough to share a commit among many jobs,
 * short enough for the event loop to stay free where the store works on it (SQLite).
 */
const TARGET_MS = 6.5

/** Below this a batch saves nothing worth having. */
const ITEMS_MIN = 16

/** Where the search begins: what is claimed is bounded by free slots anyway. */
const FIRST_ITEMS = 128

/** One conversation in so many carries a quarter of a batch, to tell the fixed cost from that of each item; takes 3 % of the rate. */
const PROBE_EVERY = 16

/** A wait for the disk or a busy machine counts no more than this many usual conversations. */
const OUTLIER = 4

/** Weight of the newest measurement. */
const NEWEST = 0.25

/**
 * Finds how many jobs to settle and claim at a time, from how long that takes.
 *
 * A conversation costs something fixed (the round trip, the commit) and something for each item. Only the latter may bound a batch: a
 * store that is far away, or a disk that is slow today, wants larger batches and not smaller ones. The two are told apart by
 * comparing each small conversation with the large ones before it, so that whatever burdens all alike cancels out.
 *
 * Where the store works elsewhere there is nothing to find: the larger the batch, the less each job costs, and nobody is held up.
 */
export class BatchSize {
  readonly #max: number
  /** The store works elsewhere than on this event loop. */
  readonly isRemote: boolean
  #full: number
  #count = 0
  #latencyMs = 0
  /** Large conversations since the last small one, together. */
  #large = { count: 0, items: 0, tookMs: 0 }
  #perItemMs: DurationMs | null = null

  /** `max` is what the store takes at a time; `isRemote`: it works elsewhere than on this event loop. */
  constructor(max: number, isRemote = false) {
    this.#max = max
    this.isRemote = isRemote
    this.#full = isRemote ? max : Math.min(FIRST_ITEMS, max)
  }

  /** How many jobs to settle, and as many to claim, in the next conversation. */
  get items(): number {
    return this.#isProbe ? Math.ceil(this.#full / 4) : this.#full
  }

  /** How long a conversation takes now, smoothed. */
  get latencyMs(): DurationMs {
    return this.#latencyMs
  }

  /** One conversation that carried `items`, settlements and leases together, took `tookMs`. */
  measured(items: number, tookMs: DurationMs): void {
    const clippedMs = this.#latencyMs === 0 ? tookMs : Math.min(tookMs, OUTLIER * Math.max(this.#latencyMs, 1))
    this.#latencyMs += (tookMs - this.#latencyMs) * NEWEST
    if (this.isRemote) return
    if (this.#isProbe) {
      this.#compare(items, clippedMs)
      this.#large = { count: 0, items: 0, tookMs: 0 }
    } else if (items > this.#full) {
      if (this.#perItemMs === null && tookMs < TARGET_MS) this.#full = Math.min(this.#full * 2, this.#max)
      this.#large.count++
      this.#large.items += items
      this.#large.tookMs += clippedMs
    }
    this.#count++
  }

  get #isProbe(): boolean {
    return this.#count % PROBE_EVERY === PROBE_EVERY - 1
  }

  /** A store that is not busy has nothing to compare, and needs no other size. */
  #compare(items: number, tookMs: DurationMs): void {
    const { count } = this.#large
    const moreItems = this.#large.items / count - items
    if (count < PROBE_EVERY / 2 || moreItems < items / 2) return
    const perItemMs = (this.#large.tookMs / count - tookMs) / moreItems
    this.#perItemMs = this.#perItemMs === null ? perItemMs : this.#perItemMs + (perItemMs - this.#perItemMs) * NEWEST
    // What is fixed holds the event loop anyway: as much again for items doubles the wait and halves the number of waits.
    const targetMs = Math.max(TARGET_MS, tookMs - this.#perItemMs * items)
    // Each job is carried twice, once as a lease and once as a settlement. At most doubled and at least halved at a time.
    const fitting = this.#perItemMs > 0 ? targetMs / (2 * this.#perItemMs) : Infinity
    this.#full = Math.floor(Math.min(Math.max(fitting, this.#full / 2, ITEMS_MIN), this.#full * 2, this.#max))
  }
}
