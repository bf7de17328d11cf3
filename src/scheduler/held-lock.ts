import { Alarm } from '../async/alarm.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { LockStore } from '../port/lock-store.js'
import type { StoreCalls } from './store-calls.js'

/** How long others wait for a holder that has died; as long as the lease of a job. */
export const LOCK_MS: DurationMs = 30_000

/** Between two attempts to renew a lock when the store fails. */
const RETRY_MS: DurationMs = 1_000

interface Parts {
  readonly locks: Pick<LockStore, 'renew' | 'release'>
  readonly calls: StoreCalls
  readonly clock: Clock
  readonly name: string
  readonly holder: string
  readonly term: number
  /** Both hands of the clock when it was asked for: it is held from here, so that it never seems to last longer than it does. */
  readonly askedAt: Hands
}

/** What a clock shows: the wall, and elapsed time. */
export interface Hands {
  readonly wall: EpochMs
  readonly elapsed: number
}

/** Reads both hands. */
export function readHands(clock: Pick<Clock, 'now' | 'monotonic'>): Hands {
  return { wall: clock.now(), elapsed: clock.monotonic() }
}

/** A lock of this process, renewed at a third of its length until it is released or lost. */
export class HeldLock {
  readonly #parts: Parts
  readonly #lost = new AbortController()
  readonly #done = new AbortController()
  readonly #lapse: Alarm
  readonly #keeping: Promise<void>
  #heldFrom: Hands

  constructor(parts: Parts) {
    this.#parts = parts
    this.#heldFrom = parts.askedAt
    this.#lapse = new Alarm(parts.clock, () => this.#checkLapsed())
    this.#keeping = this.#keep()
  }

  /** Aborts with `LEASE_LOST` when the lock is not surely held any more. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Frees it, if it is still held; a store that is down lets it lapse. */
  async release(): Promise<void> {
    const { calls, locks, name, holder, term } = this.#parts
    this.#done.abort()
    await this.#keeping
    if (this.#lost.signal.aborted) return
    const free = async (signal: AbortSignal): Promise<unknown> =>
      locks.release({ locks: [{ name, holder, term }], signal })
    await calls.make('release', undefined, free, RETRY_MS).catch(() => undefined)
  }

  /** Never rejects. */
  async #keep(): Promise<void> {
    const { clock } = this.#parts
    const { signal } = this.#done
    let restMs = LOCK_MS / 3
    while (!signal.aborted && !this.#checkLapsed()) {
      this.#lapse.setWithin(this.#leftMs())
      await clock.sleep(restMs, signal).catch(() => undefined)
      if (signal.aborted || this.#checkLapsed()) break
      restMs = (await this.#renew(signal)) ? LOCK_MS / 3 : RETRY_MS
    }
    this.#lapse.cancel()
  }

  /** False when it is to be tried again soon. */
  async #renew(signal: AbortSignal): Promise<boolean> {
    const { calls, clock, locks, name, holder, term } = this.#parts
    const askedAt = readHands(clock)
    const renewal = { name, holder, term, ttlMs: LOCK_MS }
    try {
      const renew = async (bound: AbortSignal): Promise<readonly ('renewed' | 'lost')[]> =>
        locks.renew({ locks: [renewal], signal: bound })
      const [outcome] = await calls.make('renew', signal, renew, Math.max(1, this.#leftMs()))
      if (outcome === 'lost') this.#lose()
      else {
        this.#heldFrom = askedAt
        this.#lapse.cancel()
      }
      return true
    } catch {
      // The store may answer the next time; the lock is held until its end all the same.
      return false
    }
  }

  /** How long it is surely held. A suspended machine counts no elapsed time, a clock that is set back no wall time. */
  #leftMs(): DurationMs {
    const { wall, elapsed } = readHands(this.#parts.clock)
    return LOCK_MS - Math.max(wall - this.#heldFrom.wall, elapsed - this.#heldFrom.elapsed)
  }

  #checkLapsed(): boolean {
    if (this.#leftMs() <= 0) this.#lose()
    return this.#lost.signal.aborted
  }

  #lose(): void {
    const { name, term } = this.#parts
    const message = `lock "${name}" was lost: its term ${term} has ended, and another instance may hold it`
    this.#lost.abort(new RotaError('LEASE_LOST', message, { facts: { name, term } }))
    this.#done.abort()
  }
}
