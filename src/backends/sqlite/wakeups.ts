import type { Clock } from '../../model/clock.js'
import { RotaError } from '../../model/errors.js'
import type { Wakeup, Wakeups } from '../../port/wakeups.js'
import type { Changes } from './changes.js'
import { WakeHub, type WakeMember } from './wake-hub.js'

interface Parts {
  readonly clock: Clock
  /** Told what goes wrong where nobody waits: a listener that throws, a watch that fails. */
  readonly onError: (error: unknown) => void
}

/**
 * The hints of one backend object: those of this process come straight from its commits, those of others by the wake file, which
 * is watched from the first `subscribe` on. The watch does not keep the process alive.
 */
export class FileWakeups implements Wakeups {
  readonly #onError: Parts['onError']
  readonly #listeners = new Set<(hint: Wakeup) => void>()
  readonly #member: WakeMember
  #hub: WakeHub | undefined
  #isClosed = false

  constructor({ clock, onError }: Parts) {
    this.#onError = onError
    this.#member = {
      clock,
      hear: (hint) => this.#hear(hint),
      isListening: () => this.#listeners.size > 0,
      failed: onError,
    }
  }

  /** Connects with whoever else has the file open; it must exist. Never throws: without hints only latency suffers. */
  open(file: string): void {
    if (this.#isClosed || this.#hub !== undefined) return
    this.#hub = WakeHub.join(file, this.#member)
    if (this.#listeners.size > 0) this.#hub.listen()
  }

  subscribe(listener: (hint: Wakeup) => void): () => void {
    if (this.#isClosed)
      throw new RotaError('BACKEND_CLOSED', 'the SQLite store was closed; make no calls after close()')
    // A function of its own, so that one listener can be subscribed twice.
    const own = (hint: Wakeup): void => listener(hint)
    this.#listeners.add(own)
    this.#hub?.listen()
    return () => this.#listeners.delete(own)
  }

  /** Tells everybody what a commit has changed. Never throws. */
  readonly committed = (changes: Changes): void => {
    this.#hub?.committed(changes)
  }

  /** Tells this process that jobs of these queues are about to be stored; false when nobody is told. Never throws. */
  readonly announce = (queuesOf: () => ReadonlySet<string>): boolean => {
    return this.#hub?.announce(queuesOf) ?? false
  }

  /** Nothing fires afterwards. */
  close(): void {
    this.#isClosed = true
    this.#listeners.clear()
    this.#hub?.leave(this.#member)
    this.#hub = undefined
  }

  #hear(hint: Wakeup): void {
    for (const listener of this.#listeners) {
      try {
        listener(hint)
      } catch (error) {
        // The commit that the hint tells of is done, and must not fail for whoever listens.
        this.#onError(error)
      }
    }
  }
}
