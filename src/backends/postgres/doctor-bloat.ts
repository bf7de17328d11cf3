import type { PgQueryable } from './client-types.js'
import type { DoctorFinding } from './doctor-finding.js'
import { quoted } from './migrations/migrate.js'

/** Dead rows are the way of a queue; a vacuum that keeps up leaves fewer, or not more than there are live ones. */
const DEAD_ROWS_MAX = 50_000

/** An index of a queue that has drained may be large and empty: worth a word from this size and this much more than its table needs. */
const INDEX_BYTES_MAX = 64 * 1024 * 1024
const INDEX_BYTES_PER_ROW_MAX = 1000

interface TableRow {
  readonly name: string
  readonly live: number
  readonly dead: number
  readonly vacuumed: string | null
}

interface IndexRow {
  readonly name: string
  readonly bytes: number
  readonly rows: number
}

const TABLES = `
SELECT relname AS name, n_live_tup::float8 AS live, n_dead_tup::float8 AS dead,
  to_char(greatest(last_vacuum, last_autovacuum) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS vacuumed
FROM pg_stat_user_tables WHERE schemaname = $1 ORDER BY n_dead_tup DESC`

const INDEXES = `
SELECT indexrelname AS name, pg_relation_size(indexrelid)::float8 AS bytes, t.n_live_tup::float8 AS rows
FROM pg_stat_user_indexes i JOIN pg_stat_user_tables t USING (relid)
WHERE i.schemaname = $1 AND pg_relation_size(indexrelid) > $2 ORDER BY 2 DESC`

/** Tables and indexes that hold more of what is gone than of what is there, and a server that does not clean up. */
export async function findBloat(client: PgQueryable, schema: string): Promise<readonly DoctorFinding[]> {
  const findings: DoctorFinding[] = []
  const { rows: settings } = await client.query({
    text: `SELECT name FROM pg_settings WHERE name IN ('autovacuum', 'track_counts') AND setting = 'off' ORDER BY name`,
  })
  for (const { name } of settings as { readonly name: string }[]) {
    const mend = `ALTER SYSTEM SET ${name} = on; SELECT pg_reload_conf()`
    findings.push({ check: 'bloat', problem: `the server runs with ${name} = off: nothing removes what is gone`, mend })
  }
  const { rows: tables } = await client.query({ text: TABLES, values: [schema] })
  for (const { name, live, dead, vacuumed } of tables as TableRow[]) {
    if (dead <= DEAD_ROWS_MAX || dead <= live) continue
    const since = vacuumed === null ? 'was never vacuumed' : `was vacuumed at ${vacuumed}`
    const problem = `table "${name}" has ${dead} dead rows beside ${live} live ones, and ${since}`
    findings.push({ check: 'bloat', problem, mend: `VACUUM (ANALYZE) ${quoted(schema)}.${quoted(name)}` })
  }
  const { rows: indexes } = await client.query({ text: INDEXES, values: [schema, INDEX_BYTES_MAX] })
  for (const { name, bytes, rows } of indexes as IndexRow[]) {
    if (bytes <= rows * INDEX_BYTES_PER_ROW_MAX) continue
    const problem = `index "${name}" takes ${bytes} bytes for ${rows} rows`
    findings.push({ check: 'bloat', problem, mend: `REINDEX INDEX CONCURRENTLY ${quoted(schema)}.${quoted(name)}` })
  }
  return findings
}
