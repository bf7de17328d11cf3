import type { ScheduleDefinition, ScheduleRecord, TickRecord } from '../../model/schedule-record.js'
import type { Session } from './session.js'
import { PUT_SCHEDULE, type ScheduleRow, type TickRow } from './statements/schedules.js'

/** A schedule as the port shows it. */
export function scheduleOf(row: ScheduleRow): ScheduleRecord {
  const [name, definition, incarnation, version, revision, paused, createdAt, updatedAt, anchor, ...moving] = row
  const [nextTickAt, firedThrough, lastTickAt, fired, skipped, late] = moving
  return {
    name,
    definition: JSON.parse(definition) as ScheduleDefinition,
    incarnation,
    version,
    revision,
    paused: paused === 1,
    createdAt,
    updatedAt,
    anchor,
    nextTickAt,
    firedThrough,
    lastTickAt,
    fired,
    skipped,
    late,
  }
}

/** Writes a schedule over whatever was there. */
export function writeSchedule(session: Session, record: ScheduleRecord): void {
  session.run(
    PUT_SCHEDULE,
    record.name,
    JSON.stringify(record.definition),
    record.incarnation,
    record.version,
    record.revision,
    record.paused ? 1 : 0,
    record.createdAt,
    record.updatedAt,
    record.anchor,
    record.nextTickAt,
    record.firedThrough,
    record.lastTickAt,
    record.fired,
    record.skipped,
    record.late,
    record.definition.owner,
  )
}

/** What became of one tick, as the port shows it. */
export function tickOf([tick, at, fired, reason, lateMs, jobId, count]: TickRow): TickRecord {
  const outcome = fired === 1 ? 'fired' : 'skipped'
  return { tick, at, outcome, reason: reason as TickRecord['reason'], lateMs, jobId, count }
}
