import { checkRenewals, checkRequests } from '../../port/lock-checks.js'
import type { AcquireOutcome, LockRecord, LockRenewal, LockRequest, LockStore } from '../../port/lock-store.js'
import type { EpochMs } from '../../model/units.js'
import type { Commit } from './commit.js'
import type { Handle } from './handle.js'
import { byName, type MemoryState, type StoredLock } from './state.js'

export function createLockStore(handle: Handle): LockStore {
  return {
    async acquire(params) {
      checkRequests('acquire', params.locks)
      return handle.commit(params, (commit) => params.locks.map((asked) => acquireLock(commit, asked)))
    },

    async renew(params) {
      checkRenewals('renew', params.locks)
      return handle.commit(params, (commit) => params.locks.map((renewal) => renewLock(commit, renewal)))
    },

    async release(params) {
      return handle.commit(params, ({ state, now }) =>
        params.locks.map((held) => {
          const lock = heldLock(state, held, now)
          if (lock === null) return 'lost'
          lock.until = now
          return 'released'
        }),
      )
    },

    async list(params) {
      const now = handle.clock.now()
      return handle.read(params, ({ locks }) =>
        [...locks.values()]
          .filter(({ name, until }) => until > now && name.startsWith(params.prefix ?? ''))
          .sort((a, b) => byName(a.name, b.name))
          .map((lock): LockRecord => ({ ...lock })),
      )
    },
  }
}

/** Moves the end of one lock; see `LockStore.renew`. */
export function renewLock({ state, now }: Commit, renewal: LockRenewal): 'renewed' | 'lost' {
  const lock = heldLock(state, renewal, now)
  if (lock === null) return 'lost'
  lock.until = now + renewal.ttlMs
  return 'renewed'
}

/** Takes one lock if it is free; see `LockStore.acquire`. */
export function acquireLock({ state, now }: Commit, { name, holder, ttlMs }: LockRequest): AcquireOutcome {
  const lock = state.locks.get(name) ?? { name, holder, term: 0, until: now }
  state.locks.set(name, lock)
  const isLive = lock.until > now
  if (isLive && lock.holder !== holder) return outcomeOf('held', lock)
  if (!isLive) lock.term += 1
  lock.holder = holder
  lock.until = now + ttlMs
  return outcomeOf('acquired', lock)
}

function outcomeOf(status: AcquireOutcome['status'], { holder, term, until }: StoredLock): AcquireOutcome {
  return { status, holder, term, until }
}

function heldLock(
  state: MemoryState,
  held: { readonly name: string; readonly holder: string; readonly term: number },
  now: EpochMs,
): StoredLock | null {
  const lock = state.locks.get(held.name)
  return lock?.holder === held.holder && lock.term === held.term && lock.until > now ? lock : null
}
