import type { SqlValue } from '../client-types.js'
import { FLAG } from '../job-flags.js'
import type { Query } from '../session.js'

/** The head of every lane that is not empty: one step of the clustered index each, whatever lies behind the heads. */
export const LANE_HEADS: Query<[], [lane: number, visibleAt: number]> = {
  sql: `WITH RECURSIVE head(lane, visible_at) AS (
          SELECT * FROM (SELECT lane, visible_at FROM ready ORDER BY lane, visible_at LIMIT 1)
          UNION ALL
          SELECT
            (SELECT lane FROM ready WHERE lane > head.lane ORDER BY lane, visible_at LIMIT 1),
            (SELECT visible_at FROM ready WHERE lane > head.lane ORDER BY lane, visible_at LIMIT 1)
          FROM head WHERE head.lane IS NOT NULL)
        SELECT lane, visible_at FROM head WHERE lane IS NOT NULL`,
}

/** The head of one lane. */
export const HEAD_OF: Query<[lane: number], [visibleAt: number]> = {
  sql: 'SELECT visible_at FROM ready WHERE lane = ? ORDER BY visible_at LIMIT 1',
}

const merges: Query<SqlValue[], [lane: number, jobs: number]>[] = []

/**
 * How many jobs each of `lanes` lanes gives when they are taken in the order in which they became due.
 * SQLite merges the ordered parts as it goes and stops at the limit (EXPLAIN: MERGE), so the backlog behind is not touched:
 * 0.2 to 0.3 microseconds per job. An IN list instead of the parts would sort the whole backlog.
 * Parameters: lane and now for every lane, then the limit.
 */
export function mergeLanes(lanes: number): Query<SqlValue[], [lane: number, jobs: number]> {
  const part = 'SELECT lane, visible_at, seq FROM ready WHERE lane = ? AND visible_at <= ?'
  return (merges[lanes] ??= {
    sql: `SELECT lane, count(*) AS jobs
          FROM (${Array.from({ length: lanes }, () => part).join(' UNION ALL ')} ORDER BY visible_at, seq LIMIT +?)
          GROUP BY lane`,
  })
}

/** `LIMIT +?` and not `LIMIT ?`: the latter is prepared again for every value (10 against 1 microseconds). */
export const LEND: Query<[leaseUntil: number, worker: string, lane: number, limit: number]> = {
  sql: `INSERT INTO leases(seq, lane, visible_at, due_at, fence, settled_fence, tries, iterations, flags, worker)
        SELECT seq, lane, ?, visible_at, fence + 1, settled_fence, tries, iterations, flags, ?
        FROM ready WHERE lane = ? ORDER BY visible_at, seq LIMIT +?`,
}

/** What a claim reads of a job. `extras` packs what few jobs have: one column that is null costs less than five. */
export type LentRow = [
  seq: number,
  dueAt: number,
  fence: number,
  tries: number,
  iterations: number,
  flags: number,
  id: string,
  enqueuedAt: number,
  payload: string | null,
  extras: string | null,
]

export const READ_HEADS: Query<[lane: number, limit: number], LentRow> = {
  sql: `SELECT r.seq, r.visible_at, r.fence + 1 AS fence, r.tries, r.iterations, r.flags, b.id, b.enqueued_at, b.payload,
          CASE WHEN r.flags & ${FLAG.extras} THEN json_array(b.note, b.headers, b.deadline, b.max_tries, b.tick) END AS extras
        FROM ready r CROSS JOIN bodies b ON b.seq = r.seq
        WHERE r.lane = ? ORDER BY r.visible_at, r.seq LIMIT +?`,
}

/** Removes the head of a lane up to a place that was read. */
export const TAKE_HEADS: Query<[lane: number, visibleAt: number, seq: number]> = {
  sql: 'DELETE FROM ready WHERE lane = ? AND (visible_at, seq) <= (?, ?)',
}

export const PARAMS_OF: Query<[seq: number], [payload: string | null, note: string | null]> = {
  sql: 'SELECT payload, note FROM params WHERE seq = ?',
}

export const PRIORITY_OF: Query<[seq: number], [priority: number]> = {
  sql: 'SELECT priority FROM bodies WHERE seq = ?',
}

/** The queues that are paused or have a limit. */
export const QUEUE_LIMITS: Query<[], [name: string, paused: number, concurrency: number | null]> = {
  sql: 'SELECT name, paused, concurrency FROM queues WHERE paused = 1 OR concurrency IS NOT NULL',
}

export const KINDS_OF_QUEUE: Query<[queue: string], [id: number]> = { sql: 'SELECT id FROM kinds WHERE queue = ?' }

export const COUNT_OF: Query<[slot: number], [count: number]> = { sql: 'SELECT count FROM counters WHERE slot = ?' }

/** When the leases of each lane end, read from so many leases at most. */
export const LEASE_ENDS: Query<[limit: number], [lane: number, leases: number, firstEnd: number]> = {
  sql: `SELECT lane, count(*) AS leases, min(visible_at) AS first_end
        FROM (SELECT lane, visible_at FROM leases LIMIT +?) GROUP BY lane`,
}
