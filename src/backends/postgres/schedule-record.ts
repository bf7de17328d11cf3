import type { ScheduleDefinition, ScheduleRecord } from '../../model/schedule-record.js'
import { numberOf } from './job-record.js'
import type { Row } from './store.js'

/** The columns of a schedule's record. */
export const SCHEDULE_COLUMNS = `name, definition, incarnation, version, revision, paused, paused_for, created_at, updated_at, anchor,
  next_tick_at, due_at, fired_through, last_tick_at, fired, missed, overlap, unwanted, ended, late, manual, unfinished`

/** A schedule as the port shows it, of a row with `SCHEDULE_COLUMNS`. */
export function scheduleOf(row: Row): ScheduleRecord {
  const [name, definition, incarnation, version, revision, paused, pausedFor, createdAt, updatedAt, anchor, ...moving] =
    row
  const [nextTickAt, dueAt, firedThrough, lastTickAt, ...counted] = moving
  const [fired = 0, missed = 0, overlap = 0, unwanted = 0, ended = 0, late = 0, manual = 0] = counted
    .slice(0, 7)
    .map(Number)
  const unfinished = counted[7] ?? null
  return {
    name: name ?? '',
    definition: JSON.parse(definition ?? '{}') as ScheduleDefinition,
    incarnation: incarnation ?? '',
    version: Number(version),
    revision: Number(revision),
    paused: paused === 't',
    pausedFor: pausedFor ?? null,
    createdAt: Number(createdAt),
    updatedAt: Number(updatedAt),
    anchor: Number(anchor),
    nextTickAt: numberOf(nextTickAt),
    dueAt: numberOf(dueAt),
    firedThrough: numberOf(firedThrough),
    lastTickAt: numberOf(lastTickAt),
    fired,
    skipped: missed + overlap + unwanted + ended,
    skippedBy: { missed, overlap, paused: unwanted, ended },
    late,
    manual,
    unfinished: unfinished === null ? null : (JSON.parse(unfinished) as string[]),
  }
}

/** A definition as one text: equal for equal intentions, whatever the order of their fields. */
export function definitionText(definition: ScheduleDefinition): string {
  return JSON.stringify(definition, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
