import type { ScheduleDefinition } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'
import { parseSchedule } from './parse-schedule.js'
import type { Schedule } from './schedule.js'

/** Reads the expression of a schedule on record. Throws `SCHEDULE_INVALID` for one that this version cannot read. */
export function parseStored(
  { expression, timeZone, dialect, dst }: Pick<ScheduleDefinition, 'expression' | 'timeZone' | 'dialect' | 'dst'>,
  anchor: EpochMs,
): Schedule {
  return parseSchedule(expression, { timeZone, anchor, dialect, ...(dst === null ? {} : { dst }) })
}
