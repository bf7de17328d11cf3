import type { Clock } from '../../model/clock.js'
import type { Call } from '../../port/call.js'
import type { Wakeup } from '../../port/wakeups.js'
import { hintsOf, newCommit, type Commit } from './commit.js'
import { closedError } from './errors.js'
import type { MemoryState } from './state.js'

/** The way of every role to the store: refuses aborted calls and closed handles, reads the clock, and hands out the hints. */
export class Handle {
  readonly clock: Clock
  readonly #state: MemoryState
  readonly #listeners = new Set<(hint: Wakeup) => void>()
  #closed = false

  constructor(state: MemoryState, clock: Clock) {
    this.#state = state
    this.clock = clock
  }

  /** Runs `work`, which must check everything before it changes anything. It never awaits, so a call has full effect or none. */
  commit<Result>(call: Call, work: (commit: Commit) => Result): Result {
    this.admit(call)
    const commit = newCommit(this.#state, this.clock.now())
    const result = work(commit)
    for (const hint of hintsOf(commit)) this.#give(hint)
    return result
  }

  /** Runs `work`, which changes nothing. */
  read<Result>(call: Call, work: (state: MemoryState) => Result): Result {
    this.admit(call)
    return work(this.#state)
  }

  /** Refuses a call that was aborted, and every call after `close`. */
  admit(call: Call): void {
    call.signal?.throwIfAborted()
    if (this.#closed) throw closedError()
  }

  subscribe(listener: (hint: Wakeup) => void): () => void {
    if (this.#closed) throw closedError()
    // A function of its own, so that one listener can be subscribed twice.
    const own = (hint: Wakeup): void => listener(hint)
    this.#listeners.add(own)
    this.#state.listeners.add(own)
    return () => this.#drop(own)
  }

  close(): void {
    this.#closed = true
    for (const listener of this.#listeners) this.#drop(listener)
  }

  #drop(listener: (hint: Wakeup) => void): void {
    this.#listeners.delete(listener)
    this.#state.listeners.delete(listener)
  }

  #give(hint: Wakeup): void {
    for (const listener of this.#state.listeners) {
      try {
        listener(hint)
      } catch (error) {
        // The call that gave the hint is done and must not fail for it; thrown from a turn of its own, nobody can overlook it.
        this.clock.defer(() => {
          throw error
        })
      }
    }
  }
}
