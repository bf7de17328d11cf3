import type { Query } from '../session.js'

const COLUMNS = `name, incarnation, version, revision, paused, paused_for, created_at, updated_at, anchor,
  next_tick_at, due_at, fired_through, last_tick_at, fired, missed, overlap, unwanted, ended, late, manual, unfinished`

/** Where a schedule stands among its ticks, and what became of them: all of them on record, those of one firing as parameters. */
export type TicksRow = [
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

/** What moves, as it is written. */
type MovingRow = [
  name: string,
  incarnation: string,
  version: number,
  revision: number,
  paused: number,
  pausedFor: string | null,
  createdAt: number,
  updatedAt: number,
  anchor: number,
  ...TicksRow,
]

export type ScheduleRow = [...MovingRow, definition: string]

export type DueRow = [...MovingRow, id: number]

/** The definition is looked up for the rows that were found, whatever statistics say. */
const WITH_DEFINITION = 'CROSS JOIN definitions ON schedule = schedules.id'

export const SCHEDULE_OF: Query<[name: string], ScheduleRow> = {
  sql: `SELECT ${COLUMNS}, definition FROM schedules ${WITH_DEFINITION} WHERE name = ?`,
}

/** Edits write over all columns but the way into the history. */
export const PUT_SCHEDULE: Query<[...MovingRow, owner: string | null]> = {
  sql: `INSERT INTO schedules(${COLUMNS}, owner) VALUES (${Array.from({ length: 22 }, () => '?').join()})
        ON CONFLICT(name) DO UPDATE SET ${`${COLUMNS}, owner`
          .split(',')
          .map((column) => `${column.trim()} = excluded.${column.trim()}`)
          .join()}`,
}

export const PUT_DEFINITION: Query<[definition: string, name: string]> = {
  sql: 'INSERT OR REPLACE INTO definitions(definition, schedule) SELECT ?, id FROM schedules WHERE name = ?',
}

export const DELETE_DEFINITION: Query<[name: string]> = {
  sql: 'DELETE FROM definitions WHERE schedule = (SELECT id FROM schedules WHERE name = ?)',
}

export const DELETE_SCHEDULE: Query<[name: string]> = { sql: 'DELETE FROM schedules WHERE name = ?' }

/** Names are not empty, so '' is before all of them. */
export const SCHEDULES_AFTER: Query<[after: string, limit: number], ScheduleRow> = {
  sql: `SELECT ${COLUMNS}, definition FROM schedules ${WITH_DEFINITION} WHERE name > ? AND name NOT GLOB '~*' ORDER BY name LIMIT +?`,
}

export const SCHEDULES_OF_OWNER: Query<[owner: string | null, after: string, limit: number], ScheduleRow> = {
  sql: `SELECT ${COLUMNS}, definition FROM schedules ${WITH_DEFINITION} WHERE owner IS ? AND name > ? AND name NOT GLOB '~*' ORDER BY name LIMIT +?`,
}

/** The index is named, so that no statistics can ever talk SQLite into a scan: what is not due must cost nothing. */
const BY_DUE = 'schedules INDEXED BY schedules_due'
const WAITING = 'paused = 0 AND due_at IS NOT NULL'

export const DUE_SCHEDULES: Query<[now: number, limit: number], DueRow> = {
  sql: `SELECT ${COLUMNS}, id FROM ${BY_DUE} WHERE ${WAITING} AND due_at <= ? ORDER BY due_at, id LIMIT +?`,
}

export const DEFINITION_OF: Query<[id: number], [definition: string]> = {
  sql: 'SELECT definition FROM definitions WHERE schedule = ?',
}

export const NEXT_DUE_AFTER: Query<[now: number], [dueAt: number]> = {
  sql: `SELECT due_at FROM ${BY_DUE} WHERE ${WAITING} AND due_at > ? ORDER BY due_at LIMIT 1`,
}
