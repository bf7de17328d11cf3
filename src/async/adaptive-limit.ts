import type { DurationMs } from '../model/units.js'

/** The weight of the newest measurement; one slow flush in ten must not halve the batches. */
const NEWEST = 0.25

/** How a batch size finds its place. */
export interface AdaptiveLimitOptions {
  readonly min: number
  readonly max: number
  /** The length that one batch should take. */
  readonly targetMs: DurationMs
}

/**
 * A batch size that follows what a batch costs: it grows by a quarter while full batches stay below the target,
 * and falls to what fits the target when they take longer.
 */
export class AdaptiveLimit {
  readonly #options: AdaptiveLimitOptions
  #current: number
  #averageMs = 0

  /** Starts in the middle, by order of magnitude: a first batch is neither one item nor all of them. */
  constructor(options: AdaptiveLimitOptions) {
    this.#options = options
    this.#current = Math.round(Math.sqrt(options.min * options.max))
  }

  get current(): number {
    return this.#current
  }

  /** Learns what a batch of so many took. */
  observe(size: number, lengthMs: DurationMs): void {
    const { min, max, targetMs } = this.#options
    this.#averageMs = this.#averageMs === 0 ? lengthMs : this.#averageMs + NEWEST * (lengthMs - this.#averageMs)
    if (this.#averageMs > targetMs) {
      this.#current = Math.max(min, Math.floor(this.#current * Math.max(0.5, targetMs / this.#averageMs)))
      this.#averageMs = targetMs
    } else if (size >= this.#current) {
      this.#current = Math.min(max, Math.ceil(this.#current * 1.25))
    }
  }
}
