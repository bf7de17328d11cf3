import type { DurationMs, EpochMs } from '../model/units.js'
import type { StoreTime } from './store-time.js'

/** A hint that found nothing is tried again after 1, 2, 4 ... 64 ms (law 9): its commit may not have been visible yet. */
const HINT_RETRY_MS_MAX: DurationMs = 64

/** The longest pause while the store says that jobs are due but gives none: another worker took them, or a limit holds. */
const DUE_RETRY_MS_MAX: DurationMs = 1000

/** Knows when the next look into the store is worth it. Without a hint and without a due instant that is never. */
export class ClaimTiming {
  readonly #time: StoreTime
  readonly #pollMs: DurationMs | null
  #lookAt: EpochMs | null = -Infinity
  /** Something was said while the store was being asked. */
  #hinted = false
  /** A hint has found nothing so far. */
  #searching = false
  #wasSearching = false
  /** Looks in a row that found nothing. */
  #empties = 0

  /** `pollMs` is how often to look where the store gives no hints; null where it does. */
  constructor(time: StoreTime, pollMs: DurationMs | null) {
    this.#time = time
    this.#pollMs = pollMs
  }

  /** When to look; null: when something happens. */
  get lookAt(): EpochMs | null {
    return this.#lookAt
  }

  isDue(now: EpochMs): boolean {
    return this.#lookAt !== null && this.#lookAt <= now
  }

  /** Something may be there now. */
  hint(): void {
    this.#hinted = true
    this.#searching = true
    this.#empties = 0
    this.#lookAt = -Infinity
  }

  /** Nobody said that anything is there, but nobody has looked either. */
  lookAgain(): void {
    this.#lookAt = -Infinity
  }

  /** A job becomes due at an instant of the store's clock. */
  dueAt(at: EpochMs): void {
    this.#lookAt = Math.min(this.#lookAt ?? Infinity, this.#time.toLocal(at))
  }

  /** The store is about to be asked. */
  asking(): void {
    this.#wasSearching = this.#searching
  }

  /**
   * The store has been asked. What a store in this process hinted meanwhile was about this very commit, which its answer tells;
   * what is hinted from here on calls for another look.
   */
  asked(): void {
    this.#hinted = false
    this.#searching = this.#wasSearching
  }

  /** It has answered. */
  answered(found: number, nextVisibleAt: EpochMs | null, now: EpochMs): void {
    if (this.#hinted) return
    this.#empties = found > 0 ? 0 : this.#empties + 1
    if (found > 0) this.#searching = false
    const dueAt = nextVisibleAt === null ? Infinity : this.#time.toLocal(nextVisibleAt)
    const next = found > 0 ? dueAt : this.#afterNothing(dueAt, now)
    const latest = this.#pollMs === null ? next : Math.min(next, now + this.#pollMs)
    this.#lookAt = latest === Infinity ? null : latest
  }

  #afterNothing(dueAt: EpochMs, now: EpochMs): EpochMs {
    const pauseMs = 2 ** Math.min(this.#empties - 1, 30)
    if (dueAt <= now) return now + Math.min(pauseMs, DUE_RETRY_MS_MAX)
    if (pauseMs > HINT_RETRY_MS_MAX) this.#searching = false
    return this.#searching ? Math.min(dueAt, now + pauseMs) : dueAt
  }
}
