import type { ScheduleDefinition, ScheduleRecord, TickRecord } from '../../model/schedule-record.js'
import type { Session } from './session.js'
import type { TickRow } from './statements/schedule-ticks.js'
import { PUT_DEFINITION, PUT_SCHEDULE, type ScheduleRow } from './statements/schedules.js'

/** Definitions that stay parsed, which halves what it costs to read a schedule. Longer ones carry payloads; these take 20 MB at most. */
const PARSED_MAX = 10_000
const PARSED_LENGTH_MAX = 1_000

const parsed = new Map<string, ScheduleDefinition>()

/** A schedule as the port shows it. */
export function scheduleOf(row: ScheduleRow): ScheduleRecord {
  const [name, incarnation, version, revision, paused, pausedFor, ...moving] = row
  const [createdAt, updatedAt, anchor, nextTickAt, dueAt, firedThrough, lastTickAt, ...counts] = moving
  const [fired, missed, overlap, unwanted, ended, late, manual, unfinished, definition] = counts
  return {
    name,
    definition: parseDefinition(definition),
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

function parseDefinition(text: string): ScheduleDefinition {
  let definition = parsed.get(text)
  if (definition === undefined) {
    definition = Object.freeze(JSON.parse(text) as ScheduleDefinition)
    if (text.length > PARSED_LENGTH_MAX) return definition
    if (parsed.size === PARSED_MAX) parsed.clear()
    parsed.set(text, definition)
  }
  return definition
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
