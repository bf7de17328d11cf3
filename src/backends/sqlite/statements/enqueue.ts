import type { SqlValue } from '../client-types.js'
import { FLAG } from '../job-flags.js'
import type { Query } from '../session.js'

/**
 * How many rows one INSERT carries: 50 rows cost 1.8 microseconds each, one row 2.9, 200 rows 1.7. The parameters must not be
 * numbered: `?1` is looked up by name, which makes 50 rows of numbered ones cost 7.5 each.
 */
export const ROWS_PER_INSERT = 50

/** The columns of a body, in the order of `bodyParams`. */
export type BodyParams = [
  seq: number,
  kind: number,
  priority: number,
  enqueuedAt: number,
  dueAt: number,
  deadline: number | null,
  maxTries: number | null,
  id: string,
  uniqueKey: string | null,
  tick: string | null,
  payload: string | null,
  note: string | null,
  headers: string | null,
]

/** Inserts this many bodies; those whose id is on record already are left out. */
const insertBodies = (rows: number): Query<SqlValue[]> => ({
  sql: `INSERT INTO bodies(seq, kind, priority, enqueued_at, due_at, deadline, max_tries, id, unique_key, tick, payload, note, headers)
        VALUES ${Array.from({ length: rows }, () => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}
        ON CONFLICT(id) DO NOTHING`,
})
export const INSERT_BODIES = insertBodies(ROWS_PER_INSERT)
export const INSERT_BODY = insertBodies(1)

/** The bodies that are on record among a run of numbers. */
export const SEQS_BETWEEN: Query<[first: number, last: number], [seq: number]> = {
  sql: 'SELECT seq FROM bodies WHERE seq BETWEEN ? AND ?',
}

export const DELETE_BODY: Query<[seq: number]> = { sql: 'DELETE FROM bodies WHERE seq = ?' }

export const SEQ_OF: Query<[id: string], [seq: number]> = { sql: 'SELECT seq FROM bodies WHERE id = ?' }

/** Makes a run of bodies ready, each in its own place. */
export const READY_BETWEEN: Query<[first: number, last: number]> = {
  sql: `INSERT INTO ready(lane, visible_at, seq, fence, settled_fence, tries, iterations, flags)
        SELECT kind * 8 + priority, due_at, seq, 0, 0, 0, 0,
          (unique_key IS NOT NULL) * ${FLAG.unique} +
          (note IS NOT NULL OR headers IS NOT NULL OR deadline IS NOT NULL OR max_tries IS NOT NULL OR tick IS NOT NULL) * ${FLAG.extras}
        FROM bodies WHERE seq BETWEEN ? AND ?`,
}

export const TAKE_KEY: Query<[key: string, seq: number]> = {
  sql: 'INSERT INTO uniques(key, seq) VALUES (?, ?) ON CONFLICT DO NOTHING',
}

export const HOLDER_OF: Query<[key: string], [id: string]> = {
  sql: 'SELECT b.id FROM uniques u CROSS JOIN bodies b ON b.seq = u.seq WHERE u.key = ?',
}
