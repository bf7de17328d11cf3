import { keepLease } from '../async/keep-lease.js'
import type { Stopwatch } from '../async/stopwatch.js'
import type { TimedCaller } from '../async/timed-caller.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { DurationMs } from '../model/units.js'
import type { LockStore } from '../port/lock-store.js'

/** How long others wait for a holder that has died; as long as the lease of a job. */
export const LOCK_MS: DurationMs = 30_000

/** A store that needs longer to free a lock is left to let it lapse. */
const RELEASE_MS: DurationMs = 1_000

interface Parts {
  readonly locks: Pick<LockStore, 'renew' | 'release'>
  readonly caller: TimedCaller
  readonly clock: Clock
  readonly name: string
  readonly holder: string
  readonly term: number
  /** Started when it was asked for. */
  readonly heldFor: Stopwatch
}

/** A lock of this process, kept until it is released or lost. */
export class HeldLock {
  readonly #parts: Parts
  readonly #lost = new AbortController()
  readonly #done = new AbortController()
  readonly #keeping: Promise<void>

  constructor(parts: Parts) {
    this.#parts = parts
    this.#keeping = this.#keep()
  }

  /** Aborts with `LEASE_LOST` when the lock is not surely held any more. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Frees it, if it is still held; a store that is down lets it lapse. */
  async release(): Promise<void> {
    const { caller, locks, name, holder, term } = this.#parts
    this.#done.abort()
    await this.#keeping
    if (this.#lost.signal.aborted) return
    const free = async (signal: AbortSignal): Promise<unknown> =>
      locks.release({ locks: [{ name, holder, term }], signal })
    await caller.call('release', undefined, free, RELEASE_MS).catch(() => undefined)
  }

  async #keep(): Promise<void> {
    const { caller, clock, heldFor, locks, name, holder, term } = this.#parts
    const renewals = [{ name, holder, term, ttlMs: LOCK_MS }]
    const renew = async (signal: AbortSignal): Promise<'renewed' | 'lost' | undefined> =>
      (await caller.call('renew', signal, (bound) => locks.renew({ locks: renewals, signal: bound })))[0]
    if (!(await keepLease({ clock, lengthMs: LOCK_MS, heldFor, renew }, this.#done.signal))) return
    const message = `lock "${name}" was lost: its term ${term} has ended, and another instance may hold it`
    this.#lost.abort(new RotaError('LEASE_LOST', message, { facts: { name, term } }))
  }
}
