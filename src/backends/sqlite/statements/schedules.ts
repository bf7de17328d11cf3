import type { Query } from '../session.js'

const COLUMNS = `name, definition, incarnation, version, revision, paused, paused_for, created_at, updated_at, anchor,
  next_tick_at, due_at, fired_through, last_tick_at, fired, missed, overlap, unwanted, ended, late, manual, unfinished`

export type ScheduleRow = [
  name: string,
  definition: string,
  incarnation: string,
  version: number,
  revision: number,
  paused: number,
  pausedFor: string | null,
  createdAt: number,
  updatedAt: number,
  anchor: number,
  nextTickAt: number | null,
  dueAt: number | null,
  firedThrough: number | null,
  lastTickAt: number | null,
  fired: number,
  missed: number,
  overlap: number,
  unwanted: number,
  ended: number,
  late: number,
  manual: number,
  unfinished: string | null,
]

export const SCHEDULE_OF: Query<[name: string], ScheduleRow> = {
  sql: `SELECT ${COLUMNS} FROM schedules WHERE name = ?`,
}

/** Edits write over all columns but the way into the history. */
export const PUT_SCHEDULE: Query<[...ScheduleRow, owner: string | null]> = {
  sql: `INSERT INTO schedules(${COLUMNS}, owner) VALUES (${Array.from({ length: 23 }, () => '?').join()})
        ON CONFLICT(name) DO UPDATE SET ${`${COLUMNS}, owner`
          .split(',')
          .map((column) => `${column.trim()} = excluded.${column.trim()}`)
          .join()}`,
}

export const DELETE_SCHEDULE: Query<[name: string]> = { sql: 'DELETE FROM schedules WHERE name = ?' }

/** Names are not empty, so '' is before all of them. */
export const SCHEDULES_AFTER: Query<[after: string, limit: number], ScheduleRow> = {
  sql: `SELECT ${COLUMNS} FROM schedules WHERE name > ? AND name NOT GLOB '~*' ORDER BY name LIMIT +?`,
}

export const SCHEDULES_OF_OWNER: Query<[owner: string | null, after: string, limit: number], ScheduleRow> = {
  sql: `SELECT ${COLUMNS} FROM schedules WHERE owner IS ? AND name > ? AND name NOT GLOB '~*' ORDER BY name LIMIT +?`,
}

/** The index is named, so that no statistics can ever talk SQLite into a scan: what is not due must cost nothing. */
const WAITING = 'schedules INDEXED BY schedules_due WHERE paused = 0 AND due_at IS NOT NULL'

export const DUE_SCHEDULES: Query<[now: number, limit: number], ScheduleRow> = {
  sql: `SELECT ${COLUMNS} FROM ${WAITING} AND due_at <= ? ORDER BY due_at, rowid LIMIT +?`,
}

export const NEXT_DUE_AFTER: Query<[now: number], [dueAt: number]> = {
  sql: `SELECT due_at FROM ${WAITING} AND due_at > ? ORDER BY due_at LIMIT 1`,
}
