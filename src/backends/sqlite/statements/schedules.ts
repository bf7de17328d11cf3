import type { Query } from '../session.js'

const COLUMNS = `name, definition, incarnation, version, revision, paused, created_at, updated_at, anchor,
  next_tick_at, fired_through, last_tick_at, fired, skipped, late`

export type ScheduleRow = [
  name: string,
  definition: string,
  incarnation: string,
  version: number,
  revision: number,
  paused: number,
  createdAt: number,
  updatedAt: number,
  anchor: number,
  nextTickAt: number | null,
  firedThrough: number | null,
  lastTickAt: number | null,
  fired: number,
  skipped: number,
  late: number,
]

export const SCHEDULE_OF: Query<[name: string], ScheduleRow> = {
  sql: `SELECT ${COLUMNS} FROM schedules WHERE name = ?`,
}

export const PUT_SCHEDULE: Query<[...ScheduleRow, owner: string | null]> = {
  sql: `INSERT OR REPLACE INTO schedules(${COLUMNS}, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
}

export const DELETE_SCHEDULE: Query<[name: string]> = { sql: 'DELETE FROM schedules WHERE name = ?' }
export const DELETE_TICKS: Query<[name: string]> = { sql: 'DELETE FROM schedule_ticks WHERE schedule = ?' }

/** Names are not empty, so '' is before all of them. */
export const SCHEDULES_AFTER: Query<[after: string, limit: number], ScheduleRow> = {
  sql: `SELECT ${COLUMNS} FROM schedules WHERE name > ? ORDER BY name LIMIT +?`,
}

export const SCHEDULES_OF_OWNER: Query<[owner: string | null, after: string, limit: number], ScheduleRow> = {
  sql: `SELECT ${COLUMNS} FROM schedules WHERE owner IS ? AND name > ? ORDER BY name LIMIT +?`,
}

/** The index is named, so that no statistics can ever talk SQLite into a scan: what is not due must cost nothing. */
const WAITING = 'schedules INDEXED BY schedules_due WHERE paused = 0 AND next_tick_at IS NOT NULL'

export const DUE_SCHEDULES: Query<[now: number, limit: number], ScheduleRow> = {
  sql: `SELECT ${COLUMNS} FROM ${WAITING} AND next_tick_at <= ? ORDER BY next_tick_at, name LIMIT +?`,
}

export const NEXT_TICK_AFTER: Query<[now: number], [nextTickAt: number]> = {
  sql: `SELECT next_tick_at FROM ${WAITING} AND next_tick_at > ? ORDER BY next_tick_at LIMIT 1`,
}

/**
 * Moves a schedule over a tick if it is still the one that was read: the compare and the set of law 7 in one statement, which
 * leaves the definition where it lies. Gives a row only when it did: how many ticks have passed in all.
 */
export const ADVANCE_SCHEDULE: Query<
  [
    nextVersion: number,
    updatedAt: number,
    nextTickAt: number | null,
    firedThrough: number,
    lastTickAt: number | null,
    fired: number,
    skipped: number,
    late: number,
    name: string,
    incarnation: string,
    version: number,
    tick: number,
  ],
  [passed: number]
> = {
  sql: `UPDATE schedules SET version = ?, updated_at = ?, next_tick_at = ?, fired_through = ?,
          last_tick_at = coalesce(?, last_tick_at), fired = fired + ?, skipped = skipped + ?, late = late + ?
        WHERE name = ? AND incarnation = ? AND version = ? AND (fired_through IS NULL OR fired_through < ?)
        RETURNING fired + skipped AS passed`,
}

export type TickRow = [
  tick: number,
  at: number,
  fired: number,
  reason: string | null,
  lateMs: number,
  jobId: string | null,
  count: number,
]

export const ADD_TICK: Query<[schedule: string, ...TickRow]> = {
  sql: `INSERT OR REPLACE INTO schedule_ticks(schedule, tick, at, outcome, reason, late_ms, job_id, count)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
}

/** The latest tick that is too old: `ScheduleStore.history` keeps the last 1,000. */
const TOO_OLD = 'SELECT tick FROM schedule_ticks WHERE schedule = ? ORDER BY tick DESC LIMIT 1 OFFSET 1000'

export const FORGET_TICKS: Query<[schedule: string, sameSchedule: string]> = {
  sql: `DELETE FROM schedule_ticks WHERE schedule = ? AND tick <= (${TOO_OLD})`,
}

export const TICKS_BEFORE: Query<[schedule: string, before: number, sameSchedule: string, limit: number], TickRow> = {
  sql: `SELECT tick, at, outcome AS fired, reason, late_ms, job_id, count FROM schedule_ticks
        WHERE schedule = ? AND tick < ? AND tick > coalesce((${TOO_OLD}), -9007199254740991)
        ORDER BY tick DESC LIMIT +?`,
}
