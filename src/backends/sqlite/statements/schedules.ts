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

export const PUT_SCHEDULE: Query<[...ScheduleRow, owner: string | null]> = {
  sql: `INSERT OR REPLACE INTO schedules(${COLUMNS}, owner)
        VALUES (${Array.from({ length: 23 }, () => '?').join()})`,
}

export const DELETE_SCHEDULE: Query<[name: string]> = { sql: 'DELETE FROM schedules WHERE name = ?' }
export const DELETE_OWNED: Query<[name: string, owner: string | null]> = {
  sql: 'DELETE FROM schedules WHERE name = ? AND owner IS ?',
}
export const DELETE_TICKS: Query<[name: string]> = { sql: 'DELETE FROM schedule_ticks WHERE schedule = ?' }

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
  sql: `SELECT ${COLUMNS} FROM ${WAITING} AND due_at <= ? ORDER BY due_at, name LIMIT +?`,
}

export const NEXT_DUE_AFTER: Query<[now: number], [dueAt: number]> = {
  sql: `SELECT due_at FROM ${WAITING} AND due_at > ? ORDER BY due_at LIMIT 1`,
}

/**
 * Moves a schedule over a tick if it is still the one that was read: the compare and the set of law 7 in one statement, which
 * leaves the definition where it lies. Gives a row only when it did: how many ticks have passed in all.
 */
export const ADVANCE_SCHEDULE: Query<
  [
    nextVersion: number,
    updatedAt: number,
    pausedFor: string | null,
    samePausedFor: string | null,
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
    name: string,
    incarnation: string,
    version: number,
    tick: number | null,
  ],
  [passed: number]
> = {
  sql: `UPDATE schedules SET version = ?, updated_at = ?, paused = paused OR ? IS NOT NULL, paused_for = coalesce(?, paused_for),
          next_tick_at = ?, due_at = ?, fired_through = coalesce(?, fired_through),
          last_tick_at = coalesce(?, last_tick_at), fired = fired + ?, missed = missed + ?, overlap = overlap + ?,
          unwanted = unwanted + ?, ended = ended + ?, late = late + ?, manual = manual + ?, unfinished = ?
        WHERE name = ? AND incarnation = ? AND version = ? AND (fired_through >= ?) IS NOT TRUE
        RETURNING fired + manual + missed + overlap + unwanted + ended AS passed`,
}

export type TickRow = [
  tick: number,
  at: number,
  outcome: number,
  reason: string | null,
  lateMs: number,
  jobId: string | null,
  count: number,
]

export const ADD_TICK: Query<[schedule: string, version: number, ...TickRow]> = {
  sql: `INSERT INTO schedule_ticks(schedule, version, tick, at, outcome, reason, late_ms, job_id, count)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
}

/** The latest tick that is too old: `ScheduleStore.history` keeps the last 1,000. */
const TOO_OLD = 'SELECT tick FROM schedule_ticks WHERE schedule = ? ORDER BY tick DESC LIMIT 1 OFFSET 1000'

export const FORGET_TICKS: Query<[schedule: string, sameSchedule: string]> = {
  sql: `DELETE FROM schedule_ticks WHERE schedule = ? AND tick <= (${TOO_OLD})`,
}

export const TICKS_BEFORE: Query<[schedule: string, before: number, sameSchedule: string, limit: number], TickRow> = {
  sql: `SELECT tick, at, outcome, reason, late_ms, job_id, count FROM schedule_ticks
        WHERE schedule = ? AND tick < ? AND tick > coalesce((${TOO_OLD}), -9007199254740991)
        ORDER BY tick DESC, version DESC LIMIT +?`,
}
