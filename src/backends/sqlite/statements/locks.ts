import type { Query } from '../session.js'

export const LOCK_OF: Query<[name: string], [holder: string, term: number, until: number]> = {
  sql: 'SELECT holder, term, until FROM locks WHERE name = ?',
}

export const PUT_LOCK: Query<[name: string, holder: string, term: number, until: number]> = {
  sql: 'INSERT OR REPLACE INTO locks(name, holder, term, until) VALUES (?, ?, ?, ?)',
}

/** Moves the end of a lock that is held under this very term: to renew it, or to free it now. */
export const MOVE_LOCK_END: Query<[until: number, name: string, holder: string, term: number, now: number]> = {
  sql: 'UPDATE locks SET until = ? WHERE name = ? AND holder = ? AND term = ? AND until > ?',
}

export const LIVE_LOCKS: Query<
  [from: string, now: number],
  [name: string, holder: string, term: number, until: number]
> = {
  sql: 'SELECT name, holder, term, until FROM locks WHERE name >= ? AND until > ? ORDER BY name',
}

/** For a clock that was set back: no lock may live longer than was promised. */
export const SHIFT_LOCKS: Query<[by: number]> = { sql: 'UPDATE locks SET until = until - ?' }
