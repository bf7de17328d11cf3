import type { SqlValue } from '../client-types.js'
import type { Query } from '../session.js'

export const BEGIN: Query = { sql: 'BEGIN IMMEDIATE' }
export const BEGIN_READ: Query = { sql: 'BEGIN' }
export const COMMIT: Query = { sql: 'COMMIT' }
/** Copies the log into the file without waiting for anybody. */
export const CHECKPOINT: Query<[], [busy: number, pages: number, copied: number]> = {
  sql: 'PRAGMA wal_checkpoint(PASSIVE)',
}
export const SAVEPOINT: Query = { sql: 'SAVEPOINT rota_call' }
export const RELEASE: Query = { sql: 'RELEASE rota_call' }
export const ROLLBACK_TO: Query = { sql: 'ROLLBACK TO rota_call' }

/** The row of `state` without its key. */
type StateRow = [
  nextSeq: number,
  nextEvent: number,
  commits: number,
  settingsRevision: number,
  nextVersion: number,
  clockAt: number,
  leaseEnd: number | null,
  readyThrough: number,
]

export const READ_STATE: Query<[], StateRow> = {
  sql: 'SELECT next_seq, next_event, commits, settings_revision, next_version, clock_at, lease_end, ready_through FROM state',
}

export const WRITE_STATE: Query<StateRow> = {
  sql: `UPDATE state SET next_seq = ?, next_event = ?, commits = ?, settings_revision = ?, next_version = ?,
          clock_at = ?, lease_end = ?, ready_through = ?`,
}

/** Counters that one statement changes: together they cost a third of what they cost one by one. */
export const COUNTERS_PER_UPSERT = 16

const upserts: Query<SqlValue[]>[] = []

/** Changes so many counters. Parameters: slot, change of the count and of the total, for each. */
export function addCounters(counters: number): Query<SqlValue[]> {
  return (upserts[counters] ??= {
    sql: `INSERT INTO counters(slot, count, total)
          VALUES ${Array.from({ length: counters }, () => '(?, ?, ?)').join(', ')}
          ON CONFLICT(slot) DO UPDATE SET count = count + excluded.count, total = total + excluded.total`,
  })
}

export const APPEND_EVENT: Query<[cursor: number, at: number, state: number, jobs: string]> = {
  sql: 'INSERT INTO events(cursor, at, state, jobs) VALUES (?, ?, ?, ?)',
}
