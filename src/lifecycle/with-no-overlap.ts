import { AsyncLocalStorage } from 'node:async_hooks'
import { namedHolder } from './named-lock.js'
import type { Holder, NamedLock } from './named-lock.js'
import { refusal } from './refusal.js'
import { callRoutine, makeRoutine, nameOf } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'

/** A lock of this process that is taken or left: what `mutex` returns, or any object like it. */
export interface LocalLock {
  /** Takes the lock when it is free; false otherwise. */
  tryAcquire(): boolean
  release(): void
}

/** The locks that are held by what runs here: one that is asked for again from inside is no overlap. */
interface Holding {
  readonly lock: object
  readonly name: string | undefined
  readonly outer: Holding | undefined
}

const holdings = /* @__PURE__ */ new AsyncLocalStorage<Holding>()

/**
 * Runs a routine unless the lock is held: then it succeeds at once without running it. Inside a routine that already holds the same lock
 * it runs.
 *
 * ```ts
 * withNoOverlap(mutex(), importFeeds) // never twice in this process
 * withNoOverlap({ locks: backend.locks, name: 'import feeds' }, importFeeds) // never twice on this store
 * ```
 */
export function withNoOverlap(lock: LocalLock | NamedLock, routine: RoutineLike): Routine {
  const isNamed = 'locks' in lock
  const hold = isNamed ? namedHolder(lock) : localHolder(lock)
  // A lock of another name is another lock.
  const key = isNamed ? { lock: lock.locks, name: lock.name } : { lock, name: undefined }
  return makeRoutine(nameOf(routine), async (signal) => {
    const outer = holdings.getStore()
    if (isHeld(outer, key)) await callRoutine(routine, signal)
    else await hold(signal, (own) => holdings.run({ ...key, outer }, callRoutine, routine, own))
  })
}

function localHolder(lock: LocalLock): Holder {
  if (typeof lock.tryAcquire !== 'function') throw refusal('withNoOverlap: lock', 'mutex() or { locks, name }', lock)
  return async (signal, work) => {
    if (lock.tryAcquire()) await work(signal).finally(() => lock.release())
  }
}

function isHeld(held: Holding | undefined, key: Omit<Holding, 'outer'>): boolean {
  if (held === undefined) return false
  return (held.lock === key.lock && held.name === key.name) || isHeld(held.outer, key)
}
