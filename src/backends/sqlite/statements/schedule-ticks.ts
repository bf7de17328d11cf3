import type { SqlValue } from '../client-types.js'
import type { Query } from '../session.js'

export type TickRow = [
  tick: number,
  at: number,
  outcome: number,
  reason: string | null,
  lateMs: number,
  jobId: string | null,
  count: number,
]

const COLUMNS = 'tick, at, outcome, reason, late_ms, job_id, count'

const made: Query<SqlValue[]>[] = []

/** How many parameters a record has. */
export const TICK_COLUMNS = 9

/** Parameters of each record, in this order: id, before, and those of `TickRow`. */
export function insertTicks(rows: number): Query<SqlValue[]> {
  const row = `(${Array.from({ length: TICK_COLUMNS }, () => '?').join()})`
  const sql = `INSERT INTO schedule_ticks(id, before, ${COLUMNS}) VALUES ${Array.from({ length: rows }, () => row).join(', ')}`
  return (made[rows] ??= { sql })
}

/** The numbers of the records of a schedule, the latest first, back to the first one that is gone. */
const CHAIN = `chain(id) AS (
    SELECT last_record FROM schedules WHERE name = ?
    UNION ALL
    SELECT (SELECT before FROM schedule_ticks WHERE id = chain.id) FROM chain WHERE chain.id IS NOT NULL
  )`

/** Looks at as many records as are kept, and gives those before a tick. A run by hand may be told before an earlier tick. */
export const TICKS_BEFORE: Query<[name: string, before: number, limit: number], TickRow> = {
  sql: `WITH RECURSIVE ${CHAIN}, kept AS (
          SELECT t.* FROM chain c CROSS JOIN schedule_ticks t ON t.id = c.id LIMIT 1000
        )
        SELECT ${COLUMNS} FROM kept WHERE tick < ? ORDER BY tick DESC, id DESC LIMIT +?`,
}

/** All records of a schedule but the latest so many. */
export const FORGET_TICKS: Query<[name: string, kept: number]> = {
  sql: `DELETE FROM schedule_ticks WHERE id IN (WITH RECURSIVE ${CHAIN} SELECT id FROM chain WHERE id IS NOT NULL LIMIT -1 OFFSET ?)`,
}
