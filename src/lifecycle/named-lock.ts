import { RotaError } from '../model/errors.js'
import type { DurationInput } from '../model/policy.js'
import type { DurationMs } from '../model/units.js'
import { parseDuration } from '../time/duration.js'
import { systemRandom } from '../time/random.js'
import { currentClock } from './clock-context.js'
import { withOwnSignal } from './own-signal.js'
import { hasPassed } from './sleep.js'

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
    const holder = `${process.pid}-${systemRandom.next()}`
    const [outcome] = await locks.acquire({ locks: [{ name, holder, ttlMs }], signal })
    if (outcome?.status !== 'acquired') return
    const held = { name, holder, term: outcome.term }
    const done = new AbortController()
    try {
      await withOwnSignal(signal, async (own) => {
        const keeping = keep(locks, { ...held, ttlMs }, done.signal).then((loss) => {
          if (loss !== null) own.abort(loss)
          return loss
        })
        await work(own.signal).finally(() => done.abort())
        const loss = await keeping
        if (loss !== null) throw loss
      })
    } finally {
      // One that cannot be freed now lapses by itself.
      await locks.release({ locks: [held] }).catch(() => undefined)
    }
  }
}

/** Extends the lock until `done`; tells why when it is lost. Never rejects. */
async function keep(
  locks: LockStoreLike,
  lock: HeldLock & { readonly ttlMs: DurationMs },
  done: AbortSignal,
): Promise<RotaError | null> {
  const { name, ttlMs } = lock
  const clock = currentClock()
  let heldUntil = clock.monotonic() + ttlMs
  while (await hasPassed(ttlMs / 3, done)) {
    const askedAt = clock.monotonic()
    // A store that does not answer now may answer the next time; the lock is held until its end all the same.
    const [answer] = await locks.renew({ locks: [lock], signal: done }).catch(() => [])
    if (answer === 'renewed') heldUntil = askedAt + ttlMs
    else if (answer === 'lost' || clock.monotonic() >= heldUntil)
      return new RotaError('LEASE_LOST', `lock "${name}" was lost`, { facts: { name } })
  }
  return null
}
