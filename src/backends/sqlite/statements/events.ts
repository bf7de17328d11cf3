import type { Query } from '../session.js'

export const EVENTS_FROM: Query<
  [cursor: number, limit: number],
  [cursor: number, at: number, state: number, jobs: string]
> = { sql: 'SELECT cursor, at, state, jobs FROM events WHERE cursor >= ? ORDER BY cursor LIMIT +?' }

/** The oldest row that is kept, and the number of the next one. */
export const EVENT_RANGE: Query<[], [first: number | null, next: number]> = {
  sql: 'SELECT (SELECT min(cursor) FROM events) AS first, next_event AS next FROM state',
}

/** Names of jobs by number: of those on record, and of those that are gone. */
export const NAMES_OF: Query<[seqs: string], [seq: number, id: string | null, kind: number | null]> = {
  sql: `SELECT a.value AS seq, coalesce(b.id, t.id) AS id, coalesce(b.kind, t.kind) AS kind
        FROM json_each(?) a LEFT JOIN bodies b ON b.seq = a.value LEFT JOIN tombstones t ON t.seq = a.value`,
}

export const OLDEST_EVENTS: Query<[limit: number], [cursor: number, at: number, state: number, jobs: string]> = {
  sql: 'SELECT cursor, at, state, jobs FROM events ORDER BY cursor LIMIT +?',
}

export const FORGET_EVENTS: Query<[last: number]> = { sql: 'DELETE FROM events WHERE cursor <= ?' }

export const FORGET_TOMBSTONES: Query<[seqs: string]> = {
  sql: 'DELETE FROM tombstones WHERE seq IN (SELECT value FROM json_each(?))',
}
