import type { Attempt } from './attempt.js'

/** Every lease that this worker has to answer for, from the claim until the store has taken its settlement; the least recently kept first. */
export class HeldAttempts {
  readonly #all = new Set<Attempt>()
  readonly #over: (attempt: Attempt) => void
  #suspects = 0

  /** `over` hears of every attempt that is not held any more. */
  constructor(over: (attempt: Attempt) => void) {
    this.#over = over
  }

  get size(): number {
    return this.#all.size
  }

  /** Suspect jobs among them: while one is held no other is asked for. */
  get suspects(): number {
    return this.#suspects
  }

  add(attempt: Attempt): void {
    this.#all.add(attempt)
    if (attempt.lease.suspect) this.#suspects++
  }

  delete(attempt: Attempt): void {
    if (!this.#all.delete(attempt)) return
    if (attempt.lease.suspect) this.#suspects--
    this.#over(attempt)
  }

  /** Its lease was extended: it goes to the end. */
  renew(attempt: Attempt): void {
    if (this.#all.delete(attempt)) this.#all.add(attempt)
  }

  [Symbol.iterator](): IterableIterator<Attempt> {
    return this.#all.values()
  }
}
