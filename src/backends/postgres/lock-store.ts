import { checkRenewals, checkRequests } from '../../port/lock-checks.js'
import type { AcquireOutcome, LockRecord, LockRenewal, LockRequest, LockStore } from '../../port/lock-store.js'
import { arrayOf, textsOf } from './arrays.js'
import type { Store } from './store.js'

/** Locks are touched in the order of their names, so that no two calls wait for each other. */
interface Sorted<Lock> {
  readonly locks: readonly Lock[]
  /** Answers in the order of the call. */
  readonly restore: <Answer>(answers: readonly Answer[]) => readonly Answer[]
}

const MOVE = 'SELECT to_json({s}.move_locks({s}.now_ms(), $1, $2, $3, $4))'
const LIST = `SELECT l.name, l.holder, l.term, l.until FROM {s}.locks l WHERE l.until > {s}.now_ms() AND starts_with(l.name, $1)`

export function createLockStore(store: Store): LockStore {
  const move = async (
    params: Parameters<LockStore['release']>[0],
    ttlOf: (lock: LockRenewal) => number,
  ): Promise<readonly boolean[]> => {
    const { locks, restore } = sorted(params.locks as readonly LockRenewal[])
    const values = [...renewalColumns(locks).slice(0, 3), arrayOf(locks.map(ttlOf))]
    return restore(await store.json<boolean[]>(params, MOVE, values))
  }
  return {
    async acquire(params) {
      checkRequests('acquire', params.locks)
      const { locks, restore } = sorted(params.locks)
      const rows = await store.rows(params, 'SELECT * FROM {s}.acquire_locks($1, $2, $3)', requestColumns(locks))
      return restore(
        rows.map(([acquired, holder, term, until]): AcquireOutcome => ({
          status: acquired === 't' ? 'acquired' : 'held',
          holder: holder ?? '',
          term: Number(term),
          until: Number(until),
        })),
      )
    },

    async renew(params) {
      checkRenewals('renew', params.locks)
      return (await move(params, ({ ttlMs }) => ttlMs)).map((moved) => (moved ? 'renewed' : 'lost'))
    },

    async release(params) {
      return (await move(params, () => 0)).map((moved) => (moved ? 'released' : 'lost'))
    },

    async list(params) {
      const rows = await store.read(params, LIST, [params.prefix ?? ''])
      return rows
        .map(([name, holder, term, until]): LockRecord => {
          return { name: name ?? '', holder: holder ?? '', term: Number(term), until: Number(until) }
        })
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    },
  }
}

/** Locks to be moved as columns: names, holders, terms, lengths. */
export function renewalColumns(locks: readonly LockRenewal[]): readonly string[] {
  return [
    textsOf(locks.map(({ name }) => name)),
    textsOf(locks.map(({ holder }) => holder)),
    arrayOf(locks.map(({ term }) => term)),
    arrayOf(locks.map(({ ttlMs }) => ttlMs)),
  ]
}

/** Locks to be taken as columns: names, holders, lengths. */
export function requestColumns(locks: readonly LockRequest[]): readonly string[] {
  return [
    textsOf(locks.map(({ name }) => name)),
    textsOf(locks.map(({ holder }) => holder)),
    arrayOf(locks.map(({ ttlMs }) => ttlMs)),
  ]
}

export function sorted<Lock extends { readonly name: string }>(given: readonly Lock[]): Sorted<Lock> {
  const order = given
    .map((lock, place) => ({ lock, place }))
    .sort((a, b) => (a.lock.name < b.lock.name ? -1 : a.lock.name > b.lock.name ? 1 : a.place - b.place))
  return {
    locks: order.map(({ lock }) => lock),
    restore(answers) {
      const restored = [...answers]
      for (const [at, { place }] of order.entries()) restored[place] = answers[at] as (typeof answers)[number]
      return restored
    },
  }
}
