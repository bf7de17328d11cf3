import { FLAG } from '../job-flags.js'
import type { Query } from '../session.js'

/** What is settled lies in `leases` until it is filed, so the statements read it there: no row goes through JavaScript twice. */
const IN_LIST = 'IN (SELECT value FROM json_each(?))'

/** Flags that end with the attempt. */
export const FLAGS_OF_LIFE = FLAG.unique | FLAG.moved | FLAG.cancel | FLAG.suspect

export const LEASES_IN: Query<[seqs: string], [seq: number, fence: number, flags: number, lane: number]> = {
  sql: `SELECT seq, fence, flags, lane FROM leases WHERE seq ${IN_LIST}`,
}

/** Files completed jobs; `flag` is added to those of each. */
export const FILE_COMPLETED: Query<[fin: number, now: number, flag: number, seqs: string]> = {
  sql: `INSERT INTO outcomes(seq, shelf, fin, finished_at, fence, settled_fence, tries, iterations, flags, failure, reason)
        SELECT seq, (lane >> 3) * 4 + 1, ?, ?, fence, fence, tries, iterations, (flags & ~${FLAGS_OF_LIFE}) | ?, 0, NULL
        FROM leases WHERE seq ${IN_LIST}`,
}

export const DELETE_LEASES_IN: Query<[seqs: string]> = { sql: `DELETE FROM leases WHERE seq ${IN_LIST}` }

export const FREE_KEYS_IN: Query<[seqs: string]> = {
  sql: `DELETE FROM uniques WHERE key IN (SELECT unique_key FROM bodies WHERE seq ${IN_LIST})`,
}

export const FORGET_PLACES_IN: Query<[seqs: string]> = { sql: `DELETE FROM places WHERE seq ${IN_LIST}` }

export const PUT_RESULT: Query<[seq: number, json: string, note: string | null]> = {
  sql: 'INSERT OR REPLACE INTO results(seq, json, note) VALUES (?, ?, ?)',
}

export const PUT_PARAMS: Query<[seq: number, payload: string | null, note: string | null]> = {
  sql: 'INSERT OR REPLACE INTO params(seq, payload, note) VALUES (?, ?, ?)',
}

export const ADD_ERROR: Query<[seq: number, at: number, error: string]> = {
  sql: 'INSERT INTO errors(seq, at, error) VALUES (?, ?, ?)',
}

/** `JobDetails.errors` keeps the last ten. */
export const FORGET_OLD_ERRORS: Query<[seq: number, sameSeq: number]> = {
  sql: `DELETE FROM errors WHERE seq = ? AND id <=
          (SELECT id FROM errors WHERE seq = ? ORDER BY id DESC LIMIT 1 OFFSET 10)`,
}

export const CANCEL_REASON_OF: Query<[seq: number], [reason: string | null]> = {
  sql: 'SELECT reason FROM cancels WHERE seq = ?',
}

/** The last fence that settled, of a job that does not run. */
export const SETTLED_FENCE_OF: Query<[seq: number, sameSeq: number], [settledFence: number]> = {
  sql: `SELECT settled_fence FROM outcomes WHERE seq = ?
        UNION ALL
        SELECT r.settled_fence FROM bodies b LEFT JOIN places p ON p.seq = b.seq
        CROSS JOIN ready r ON r.lane = coalesce(p.lane, b.kind * 8 + b.priority)
          AND r.visible_at = coalesce(p.visible_at, b.due_at) AND r.seq = b.seq
        WHERE b.seq = ?`,
}
