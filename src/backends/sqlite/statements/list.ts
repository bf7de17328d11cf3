import type { SqlValue } from '../client-types.js'
import type { Query } from '../session.js'

/** Parts of one merged statement; SQLite takes 500. */
export const PARTS_MAX = 200

/** A row of a list: where it lies, and its number. */
export type ListedRow = [seq: number, at: number]

const waiting: Query<SqlValue[], ListedRow>[] = []
const finished: Query<SqlValue[], ListedRow>[] = []

/** Jobs that wait in so many lanes, the soonest first. Parameters: lane, at and seq to go on behind, for each lane; then the limit. */
export function waitingIn(lanes: number): Query<SqlValue[], ListedRow> {
  const part = 'SELECT seq, visible_at AS at FROM ready WHERE lane = ? AND (visible_at, seq) > (?, ?)'
  return (waiting[lanes] ??= { sql: `${unionOf(part, lanes)} ORDER BY at, seq LIMIT +?` })
}

/** Jobs on so many shelves, the latest first. Parameters: shelf, fin and seq to go on behind, for each shelf; then the limit. */
export function finishedOn(shelves: number): Query<SqlValue[], ListedRow> {
  const part = 'SELECT seq, fin AS at FROM outcomes WHERE shelf = ? AND (fin, seq) < (?, ?)'
  return (finished[shelves] ??= { sql: `${unionOf(part, shelves)} ORDER BY at DESC, seq DESC LIMIT +?` })
}

const oldest: Query<SqlValue[], OldestRow>[] = []

/** A finished job as retention reads it. */
export type OldestRow = [seq: number, at: number, shelf: number, finishedAt: number, flags: number]

/** Jobs on so many shelves, the oldest first. Parameters: the shelves, then the limit. */
export function oldestOn(shelves: number): Query<SqlValue[], OldestRow> {
  const part = 'SELECT seq, fin AS at, shelf, finished_at, flags FROM outcomes WHERE shelf = ?'
  return (oldest[shelves] ??= { sql: `${unionOf(part, shelves)} ORDER BY at, seq LIMIT +?` })
}

export const RUNNING_AFTER: Query<[seq: number, limit: number], [seq: number, kind: number]> = {
  sql: 'SELECT seq, lane >> 3 AS kind FROM leases WHERE seq > ? ORDER BY seq LIMIT +?',
}

export const BLOCKED_AFTER: Query<[seq: number, limit: number], [seq: number, kind: number]> = {
  sql: 'SELECT seq, kind FROM blocked WHERE seq > ? ORDER BY seq LIMIT +?',
}

function unionOf(part: string, times: number): string {
  return Array.from({ length: times }, () => part).join(' UNION ALL ')
}
