import { keepLease } from '../async/keep-lease.js'
import { stopwatch } from '../async/stopwatch.js'
import { RotaError } from '../model/errors.js'
import type { DurationInput } from '../model/policy.js'
import type { DurationMs } from '../model/units.js'
import { parseDuration } from '../time/duration.js'
import { systemRandom } from '../time/random.js'
import { currentClock } from './clock-context.js'
import { withOwnSignal } from '../async/own-signal.js'

/** What is called of a store of locks: the `locks` of any backend of rota. */
export interface LockStoreLike {
  acquire(params: {
    readonly locks: readonly { readonly name: string; readonly holder: string; readonly ttlMs: DurationMs }[]
    readonly signal?: AbortSignal | undefined
  }): Promise<readonly { readonly status: 'acquired' | 'held'; readonly term: number }[]>
  renew(params: {
    readonly locks: readonly (HeldLock & { readonly ttlMs: DurationMs })[]
    readonly signal?: AbortSignal | undefined
  }): Promise<readonly ('renewed' | 'lost')[]>
  release(params: { readonly locks: readonly HeldLock[] }): Promise<readonly ('released' | 'lost')[]>
}

/** A lock that all processes on one store share, by its name. */
export interface NamedLock {
  /** Such as `backend.locks`. */
  readonly locks: LockStoreLike
  /** Free text of 1 to 128 characters, no control characters. */
  readonly name: string
  /**
   * How long others wait for a holder that has died. Extended at a third of its length while the routine runs.
   * 1 second or more. @defaultValue `'30 seconds'`
   */
  readonly ttl?: DurationInput
}

/** A lock under the term by which it is held. */
interface HeldLock {
  readonly name: string
  readonly holder: string
  readonly term: number
}

/** Does some work unless somebody else holds the lock; then it does nothing. */
export type Holder = (signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>) => Promise<void>

/**
 * Holds a named lock around some work. A lock that is lost aborts the signal of the work, and a `RotaError` of code `LEASE_LOST` follows: from then on
 * another may have done the same.
 */
export function namedHolder({ locks, name, ttl = '30 seconds' }: NamedLock): Holder {
  const ttlMs = parseDuration(ttl, 'withNoOverlap: ttl', { minMs: 1000 })
  return async (signal, work) => {
    const clock = currentClock()
    const lock = { name, holder: `${process.pid}-${systemRandom.next()}`, ttlMs }
    const heldFor = stopwatch(clock)
    const [outcome] = await locks.acquire({ locks: [lock], signal })
    if (outcome?.status !== 'acquired') return
    const held = { ...lock, term: outcome.term }
    const renew = async (bound: AbortSignal): Promise<'renewed' | 'lost' | undefined> =>
      (await locks.renew({ locks: [held], signal: bound }))[0]
    const done = new AbortController()
    try {
      await withOwnSignal(signal, async (own) => {
        let loss: RotaError | undefined
        const keeping = keepLease({ clock, lengthMs: ttlMs, heldFor, renew }, done.signal).then((isLost) => {
          if (!isLost) return
          loss = new RotaError('LEASE_LOST', `lock "${name}" was lost`, { facts: { name } })
          own.abort(loss)
        })
        await work(own.signal).finally(() => done.abort())
        await keeping
        if (loss !== undefined) throw loss
      })
    } finally {
      // One that cannot be freed now lapses by itself.
      await locks.release({ locks: [held] }).catch(() => undefined)
    }
  }
}
