import type { DurationMs } from '../../model/units.js'
import { checkRenewals, checkRequests } from '../../port/lock-checks.js'
import type { AcquireOutcome, LockRenewal, LockRequest, LockStore } from '../../port/lock-store.js'
import { LIVE_LOCKS, LOCK_OF, MOVE_LOCK_END, PUT_LOCK } from './statements/locks.js'
import type { Store } from './store.js'
import type { Transaction } from './transaction.js'

/** The role that keeps named locks; each method is one transaction. */
export function createLockStore(store: Store): LockStore {
  return {
    async acquire(params) {
      checkRequests('acquire', params.locks)
      return store.write(params, (tx) => params.locks.map((asked) => acquireLock(tx, asked)))
    },

    async renew(params) {
      checkRenewals('renew', params.locks)
      return store.write(params, (tx) => params.locks.map((renewal) => renewLock(tx, renewal)))
    },

    async release(params) {
      return store.write(params, (tx) =>
        params.locks.map(({ name, holder, term }) =>
          tx.session.run(MOVE_LOCK_END, tx.now, name, holder, term, tx.now) === 0 ? 'lost' : 'released',
        ),
      )
    },

    async list(params) {
      const { prefix = '' } = params
      return store.read(params, (session) =>
        session
          .all(LIVE_LOCKS, prefix, store.options.clock.now())
          .map(([name, holder, term, until]) => ({ name, holder, term, until }))
          .filter(({ name }) => name.startsWith(prefix)),
      )
    },
  }
}

/** Moves the end of one lock; see `LockStore.renew`. */
export function renewLock(tx: Transaction, { name, holder, term, ttlMs }: LockRenewal): 'renewed' | 'lost' {
  return tx.session.run(MOVE_LOCK_END, endOf(tx, ttlMs), name, holder, term, tx.now) === 0 ? 'lost' : 'renewed'
}

/** Takes one lock if it is free; see `LockStore.acquire`. It stays on record when it is free, because its term must go on growing. */
export function acquireLock(tx: Transaction, { name, holder, ttlMs }: LockRequest): AcquireOutcome {
  const [lastHolder, lastTerm, lastUntil] = tx.session.get(LOCK_OF, name) ?? [holder, 0, tx.now]
  const isLive = lastUntil > tx.now
  if (isLive && lastHolder !== holder) return { status: 'held', holder: lastHolder, term: lastTerm, until: lastUntil }
  const term = isLive ? lastTerm : lastTerm + 1
  const until = endOf(tx, ttlMs)
  tx.session.run(PUT_LOCK, name, holder, term, until)
  return { status: 'acquired', holder, term, until }
}

/** SQLite holds integers exactly that JavaScript reads back rounded. */
function endOf({ now }: Transaction, ttlMs: DurationMs): number {
  return Math.min(now + ttlMs, Number.MAX_SAFE_INTEGER)
}
