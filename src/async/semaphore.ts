import { Deferred } from './deferred.js'
import { onAbort } from './abortable.js'

/** Lets so many in at a time; the others wait in the order in which they came. */
export class Semaphore {
  #free: number
  readonly #waiting = new Set<Deferred>()

  constructor(permits: number) {
    if (!(Number.isSafeInteger(permits) && permits >= 0)) {
      throw new TypeError(`permits must be a whole number, expected 0 or more, got ${permits}`)
    }
    this.#free = permits
  }

  /** How many could enter now. */
  get free(): number {
    return this.#free
  }

  /** How many wait to enter. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Enters when there is room and nobody waits; false otherwise. */
  tryAcquire(): boolean {
    if (this.#free === 0) return false
    this.#free--
    return true
  }

  /** Resolves once inside. Rejects with `signal.reason` when aborted first; an aborted waiter leaves nothing behind. */
  async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.tryAcquire()) return
    const turn = new Deferred()
    this.#waiting.add(turn)
    const stopListening = onAbort(signal, (reason) => {
      // Whoever was let in by a release in this very turn stays in: the permit must not get lost.
      if (this.#waiting.delete(turn)) turn.reject(reason)
    })
    try {
      await turn.promise
    } finally {
      stopListening()
    }
  }

  /** Leaves; the next in line enters. Must follow a successful acquire. */
  release(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#free++
      return
    }
    this.#waiting.delete(next)
    next.resolve()
  }
}
