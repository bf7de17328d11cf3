import { FLAG } from '../job-flags.js'
import type { Query } from '../session.js'

/** The condition that body `b` is an arrival. */
export const IS_ARRIVAL = 'b.seq > (SELECT ready_through FROM state)'

/** Gives a run of bodies their places. */
export const READY_BETWEEN: Query<[first: number, last: number]> = {
  sql: `INSERT INTO ready(lane, visible_at, seq, fence, settled_fence, tries, iterations, flags)
        SELECT kind * 8 + priority, due_at, seq, 0, 0, 0, 0,
          (unique_key IS NOT NULL) * ${FLAG.unique} +
          (note IS NOT NULL OR headers IS NOT NULL OR deadline IS NOT NULL OR max_tries IS NOT NULL OR tick IS NOT NULL) * ${FLAG.extras}
        FROM bodies WHERE seq BETWEEN ? AND ?`,
}

/** Arrivals of some lanes behind a place in the order of claims; the lanes as a list in JSON. */
export const ARRIVALS_IN: Query<[lanes: string, at: number, seq: number, limit: number], [seq: number, at: number]> = {
  sql: `SELECT b.seq, b.due_at AS at FROM bodies b
        WHERE ${IS_ARRIVAL} AND b.kind * 8 + b.priority IN (SELECT value FROM json_each(?)) AND (b.due_at, b.seq) > (?, ?)
        ORDER BY at, b.seq LIMIT +?`,
}

/** When the first arrival of each kind becomes due. */
export const ARRIVAL_HEADS: Query<[], [kind: number, dueAt: number]> = {
  sql: `SELECT b.kind, min(b.due_at) AS due_at FROM bodies b WHERE ${IS_ARRIVAL} GROUP BY b.kind`,
}
