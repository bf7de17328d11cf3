import type { ScheduleDefinition, ScheduleRecord, TickRecord } from '../../model/schedule-record.js'
import type { Session } from './session.js'
import type { TickRow } from './statements/schedule-ticks.js'
import { type DueRow, PUT_DEFINITION, PUT_SCHEDULE, type ScheduleRow } from './statements/schedules.js'

/** A schedule as the port shows it. */
export function scheduleOf(row: ScheduleRow): ScheduleRecord {
  return recordOf(row, JSON.parse(row[DEFINITION]) as ScheduleDefinition)
}

/** The place of the definition in a row. */
const DEFINITION = 21

/** A schedule of which only what moves was read. */
export function recordOf(row: ScheduleRow | DueRow, definition: ScheduleDefinition): ScheduleRecord {
  const [name, incarnation, version, revision, paused, pausedFor, ...moving] = row
  const [createdAt, updatedAt, anchor, nextTickAt, dueAt, firedThrough, lastTickAt, ...counts] = moving
  const [fired, missed, overlap, unwanted, ended, late, manual, unfinished] = counts
  return {
    name,
    definition,
    incarnation,
    version,
    revision,
    paused: paused === 1,
    pausedFor,
    createdAt,
    updatedAt,
    anchor,
    nextTickAt,
    dueAt,
    firedThrough,
    lastTickAt,
    fired,
    skipped: missed + overlap + unwanted + ended,
    skippedBy: { missed, overlap, paused: unwanted, ended },
    late,
    manual,
    unfinished: unfinished === null ? null : (JSON.parse(unfinished) as string[]),
  }
}

/** Writes a schedule over whatever was there. */
export function writeSchedule(session: Session, record: ScheduleRecord): void {
  session.run(
    PUT_SCHEDULE,
    record.name,
    record.incarnation,
    record.version,
    record.revision,
    record.paused ? 1 : 0,
    record.pausedFor,
    record.createdAt,
    record.updatedAt,
    record.anchor,
    record.nextTickAt,
    record.dueAt,
    record.firedThrough,
    record.lastTickAt,
    record.fired,
    record.skippedBy.missed,
    record.skippedBy.overlap,
    record.skippedBy.paused,
    record.skippedBy.ended,
    record.late,
    record.manual,
    record.unfinished === null ? null : JSON.stringify(record.unfinished),
    record.definition.owner,
  )
  session.run(PUT_DEFINITION, JSON.stringify(record.definition), record.name)
}

/** What became of one tick, as the port shows it. */
export function tickOf([tick, at, outcome, reason, lateMs, jobId, count]: TickRow): TickRecord {
  const name = OUTCOMES[outcome] as TickRecord['outcome']
  return { tick, at, outcome: name, reason: reason as TickRecord['reason'], lateMs, jobId, count }
}

/** The number of an outcome is its place here. */
export const OUTCOMES: readonly TickRecord['outcome'][] = ['skipped', 'fired', 'manual']
