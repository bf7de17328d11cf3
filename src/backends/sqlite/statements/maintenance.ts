import type { Query } from '../session.js'
import { IS_ARRIVAL } from './arrivals.js'

/** What verify compares: each is a question whose rows are what is wrong. */
export const RECOUNT: Query<[], [slot: number, counted: number]> = {
  sql: `SELECT slot, count(*) AS counted FROM (
          SELECT (lane >> 3) * 16 + (lane & 7) AS slot FROM ready
          UNION ALL SELECT b.kind * 16 + b.priority FROM bodies b WHERE ${IS_ARRIVAL}
          UNION ALL SELECT kind * 16 + 8 FROM blocked
          UNION ALL SELECT (lane >> 3) * 16 + 9 FROM leases
          UNION ALL SELECT (shelf / 4) * 16 + 9 + shelf % 4 FROM outcomes)
        GROUP BY slot`,
}

/** Jobs that are in no state, or in two. */
export const MISPLACED: Query<[], [id: string | null, places: number]> = {
  sql: `SELECT b.id, count(x.seq) AS places FROM bodies b
        LEFT JOIN (SELECT seq FROM ready UNION ALL SELECT b.seq FROM bodies b WHERE ${IS_ARRIVAL} UNION ALL SELECT seq FROM blocked UNION ALL SELECT seq FROM leases UNION ALL SELECT seq FROM outcomes) x
          ON x.seq = b.seq
        GROUP BY b.seq HAVING count(x.seq) <> 1
        UNION ALL
        SELECT NULL, 1 FROM (SELECT seq FROM ready UNION ALL SELECT b.seq FROM bodies b WHERE ${IS_ARRIVAL} UNION ALL SELECT seq FROM blocked UNION ALL SELECT seq FROM leases UNION ALL SELECT seq FROM outcomes) x
        WHERE NOT EXISTS (SELECT 1 FROM bodies b WHERE b.seq = x.seq)`,
}

/** Waiting jobs that are not where their body or their row of `places` says. */
export const UNFOUND: Query<[], [id: string]> = {
  sql: `SELECT b.id FROM ready r CROSS JOIN bodies b ON b.seq = r.seq LEFT JOIN places p ON p.seq = b.seq
        WHERE r.lane <> coalesce(p.lane, b.kind * 8 + b.priority) OR r.visible_at <> coalesce(p.visible_at, b.due_at)`,
}

/** Live jobs that do not hold their key, and keys that are held by nobody. */
export const KEY_PROBLEMS: Query<[], [id: string | null, key: string]> = {
  sql: `SELECT b.id, b.unique_key AS key FROM bodies b LEFT JOIN outcomes o ON o.seq = b.seq LEFT JOIN uniques u ON u.key = b.unique_key
        WHERE b.unique_key IS NOT NULL AND o.seq IS NULL AND u.seq IS NOT b.seq
        UNION ALL
        SELECT b.id, u.key FROM uniques u LEFT JOIN bodies b ON b.seq = u.seq LEFT JOIN outcomes o ON o.seq = u.seq
        WHERE b.unique_key IS NOT u.key OR o.seq IS NOT NULL`,
}

/** Blocked jobs that wait for another number of parents than their edges say, and unresolved edges to what has ended. */
export const EDGE_PROBLEMS: Query<[], [child: number, waits: number, edges: number]> = {
  sql: `SELECT k.seq AS child, k.waits, (SELECT count(*) FROM edges e WHERE e.child = k.seq AND e.resolved = 0) AS edges
        FROM blocked k WHERE k.waits < 1 OR k.waits <> (SELECT count(*) FROM edges e WHERE e.child = k.seq AND e.resolved = 0)
        UNION ALL
        SELECT e.child, 0, 1 FROM edges e LEFT JOIN bodies b ON b.seq = e.parent LEFT JOIN outcomes o ON o.seq = e.parent
        WHERE e.resolved = 0 AND (b.seq IS NULL OR o.seq IS NOT NULL)`,
}

/** Rows of side tables whose job is gone. */
export const ORPHANS: Query<[], [place: string, rows: number]> = {
  sql: ['places', 'params', 'results', 'cancels', 'progress', 'errors', 'logs', 'steps']
    .map(
      (table) => `SELECT '${table}' AS place, count(*) AS rows FROM ${table} WHERE seq NOT IN (SELECT seq FROM bodies)`,
    )
    .join(' UNION ALL '),
}

/** A lease that ends before the bound that promises none does. */
export const EARLY_LEASES: Query<[], [leases: number]> = {
  sql: `SELECT count(*) AS leases FROM leases CROSS JOIN state WHERE lease_end IS NULL OR visible_at < lease_end`,
}
