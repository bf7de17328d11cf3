import type { DurationMs } from '../model/units.js'

/** Weight of the newest measurement of a handler's duration. */
const NEWEST = 0.1

/** No attempt takes less: keeps a division finite. */
const LENGTH_MS_MIN: DurationMs = 0.001

/** The started front of the queue is cut off from this length on, when it is half of the whole: each attempt is moved once. */
const COMPACT_AT = 256

/** What one worker holds of one queue: how many may run, how many do, and what was claimed ahead and waits for its turn. */
export class QueueLane<Item> {
  readonly queue: string
  readonly concurrency: number
  /** Handlers that run, zombies included. */
  running = 0
  paused = false
  /** How long an attempt takes, smoothed; null until one has ended. */
  #durationMs: DurationMs | null = null
  /** How long an attempt holds the event loop before its first await, smoothed. */
  #blockedMs: DurationMs = 0
  #waiting: Item[] = []
  #head = 0

  constructor(queue: string, concurrency: number) {
    this.queue = queue
    this.concurrency = concurrency
  }

  /** Attempts that were claimed ahead. */
  get waiting(): number {
    return this.#waiting.length - this.#head
  }

  get hasSlot(): boolean {
    return this.running < this.concurrency
  }

  /** The longest waiting attempt, left where it is. */
  get first(): Item | undefined {
    return this.#waiting[this.#head]
  }

  push(attempt: Item): void {
    this.#waiting.push(attempt)
  }

  shift(): Item | undefined {
    const attempt = this.#waiting[this.#head]
    if (attempt === undefined) return undefined
    this.#head++
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return attempt
  }

  /** Takes out the waiting attempts that `wanted` picks. */
  take(wanted: (attempt: Item) => boolean): Item[] {
    const all = this.#waiting.slice(this.#head)
    this.#waiting = all.filter((attempt) => !wanted(attempt))
    this.#head = 0
    return all.filter(wanted)
  }

  /** The synchronous part of an attempt took so long: nothing else ran meanwhile. */
  blocked(tookMs: DurationMs): void {
    this.#blockedMs += (tookMs - this.#blockedMs) * NEWEST
  }

  /** An attempt took so long from its start to its end. */
  measured(tookMs: DurationMs): void {
    this.#durationMs = this.#durationMs === null ? tookMs : this.#durationMs + (tookMs - this.#durationMs) * NEWEST
  }

  /** How many attempts are likely to end within `windowMs`, all slots together; 0 while nothing is known. */
  endsWithin(windowMs: DurationMs): number {
    if (this.#durationMs === null) return 0
    return Math.floor((this.concurrency * windowMs) / Math.max(this.#durationMs, LENGTH_MS_MIN))
  }

  /** How many attempts can at most start within `windowMs`, one after the other on the one event loop. */
  startsWithin(windowMs: DurationMs): number {
    return Math.ceil(windowMs / Math.max(this.#blockedMs, LENGTH_MS_MIN))
  }
}
