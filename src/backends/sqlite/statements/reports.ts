import type { Query } from '../session.js'

/** Marks a live lease as one that has reported; none for a stale receipt. */
export const MARK_REPORT: Query<[flag: number, seq: number, fence: number]> = {
  sql: 'UPDATE leases SET flags = flags | ? WHERE seq = ? AND fence = ?',
}

export const PUT_PROGRESS: Query<[seq: number, json: string, note: string | null]> = {
  sql: 'INSERT OR REPLACE INTO progress(seq, json, note) VALUES (?, ?, ?)',
}

export const PUT_STEP: Query<[seq: number, key: string, json: string, note: string | null]> = {
  sql: `INSERT INTO steps(seq, key, json, note) VALUES (?, ?, ?, ?)
        ON CONFLICT(seq, key) DO UPDATE SET json = excluded.json, note = excluded.note`,
}

export const ADD_LOG: Query<[seq: number, at: number, level: string, bytes: number, message: string]> = {
  sql: 'INSERT INTO logs(seq, at, level, bytes, message) VALUES (?, ?, ?, ?, ?)',
}

export const LOG_SIZES: Query<[seq: number], [id: number, bytes: number]> = {
  sql: 'SELECT id, bytes FROM logs WHERE seq = ? ORDER BY id DESC',
}

export const FORGET_LOGS: Query<[seq: number, last: number]> = { sql: 'DELETE FROM logs WHERE seq = ? AND id <= ?' }

export const PROGRESS_OF: Query<[seq: number], [json: string, note: string | null]> = {
  sql: 'SELECT json, note FROM progress WHERE seq = ?',
}

export const LOGS_OF: Query<[seq: number], [at: number, level: string, message: string]> = {
  sql: 'SELECT at, level, message FROM logs WHERE seq = ? ORDER BY id',
}

export const STEPS_OF: Query<[seq: number], [key: string, json: string, note: string | null]> = {
  sql: 'SELECT key, json, note FROM steps WHERE seq = ? ORDER BY rowid',
}

export const ERRORS_OF: Query<[seq: number], [at: number, error: string]> = {
  sql: 'SELECT at, error FROM errors WHERE seq = ? ORDER BY id',
}
