import { keepLease } from '../../async/keep-lease.js'
import { stopwatch } from '../../async/stopwatch.js'
import type { Clock, Random } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { LockStore } from '../../port/lock-store.js'

/** How long a slot stays taken whose worker has died. */
const TTL_MS: DurationMs = 30_000

/** What a run that found no slot waits at least, and at most. */
const REST_MIN_MS: DurationMs = 1_000
const REST_MAX_MS: DurationMs = 600_000

/** A taken slot. */
export interface Slot {
  /** Gives it back; never rejects. */
  release(): Promise<void>
}

/** What slots are made of. */
export interface FleetSlotsParts {
  /** The task on record. */
  readonly task: string
  readonly count: number
  readonly locks: (signal: AbortSignal) => Promise<LockStore>
  readonly clock: Clock
  readonly random: Random
}

/** So many runs of one function at one time over all workers of a store: each holds a named lock. */
export class FleetSlots {
  readonly #parts: FleetSlotsParts
  readonly #holder: string
  /** Those that this process holds or asks for. */
  readonly #own = new Set<number>()
  /** When the last of those comes back that were sent away; monotonic. */
  #backAt = 0
  /** How long runs take, the latest counting most. */
  #usualMs: DurationMs = REST_MIN_MS

  constructor(parts: FleetSlotsParts) {
    this.#parts = parts
    this.#holder = `${process.pid}-${parts.random.next()}`
  }

  /** A slot, or null when all are taken. */
  async take(signal: AbortSignal): Promise<Slot | null> {
    const { clock, count } = this.#parts
    // Reserved before anybody is asked, so that runs of this process do not ask for the same.
    for (const index of this.#candidates(count)) {
      if (this.#own.has(index)) continue
      this.#own.add(index)
      const tookMs = stopwatch(clock)
      const slot = await this.#ask(index, signal).catch((error: unknown) => {
        this.#own.delete(index)
        throw error
      })
      if (slot === null) {
        this.#own.delete(index)
        continue
      }
      return {
        release: async () => {
          this.#usualMs = 0.8 * this.#usualMs + 0.2 * tookMs()
          await slot.release()
          this.#own.delete(index)
        },
      }
    }
    return null
  }

  /**
   * How long a run that found no slot should stay away. Those that were sent away come back one by one, as fast as runs end: a backlog is
   * worked off in its order, and is not lent again and again meanwhile.
   */
  restMs(): DurationMs {
    const { clock, count } = this.#parts
    const now = clock.monotonic()
    this.#backAt = Math.max(now + REST_MIN_MS, this.#backAt + this.#usualMs / count)
    this.#backAt = Math.min(this.#backAt, now + REST_MAX_MS)
    return Math.round(this.#backAt - now)
  }

  /** All slots, from a random one on: workers that ask at one time seldom ask for the same. */
  #candidates(count: number): readonly number[] {
    if (this.#own.size >= count) return []
    const start = Math.floor(this.#parts.random.next() * count)
    return Array.from({ length: count }, (_one, at) => (start + at) % count)
  }

  async #ask(index: number, signal: AbortSignal): Promise<Slot | null> {
    const { clock, task } = this.#parts
    const locks = await this.#parts.locks(signal)
    const lock = { name: `~slot/${task}/${index}`, holder: `${this.#holder}/${index}`, ttlMs: TTL_MS }
    const heldFor = stopwatch(clock)
    const [outcome] = await locks.acquire({ locks: [lock], signal })
    if (outcome?.status !== 'acquired') return null
    const held = { ...lock, term: outcome.term }
    const done = new AbortController()
    const renew = async (bound: AbortSignal): Promise<'renewed' | 'lost' | undefined> =>
      (await locks.renew({ locks: [held], signal: bound }))[0]
    // A slot that is lost is another's: for a while there is one run more, which no run has to be ended for.
    const keeping = keepLease({ clock, lengthMs: TTL_MS, heldFor, renew }, done.signal)
    return {
      release: async () => {
        done.abort()
        await keeping
        await locks.release({ locks: [held] }).catch(() => undefined) // it lapses by itself
      },
    }
  }
}
