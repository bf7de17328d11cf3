import type { ScheduleDefinition, ScheduleRecord } from '../../model/schedule-record.js'
import type { EpochMs } from '../../model/units.js'
import type { Session } from './session.js'
import { recordOf } from './schedule-record.js'
import { DEFINITION_OF, DUE_SCHEDULES, type DueRow } from './statements/schedules.js'

/** Definitions that stay read, in 20 MB at most; longer ones carry payloads. */
const KNOWN_MAX = 10_000
const KNOWN_LENGTH_MAX = 1_000

interface Known {
  readonly incarnation: string
  readonly revision: number
  readonly definition: ScheduleDefinition
}

const sessions = new WeakMap<Session, Map<number, Known>>()

/**
 * The schedules that are due, the most overdue first. Definitions are read when they are new: they change with the revision of
 * a series and with nothing else, and reading them would double what it costs to find out what is due.
 */
export function dueSchedules(session: Session, now: EpochMs, limit: number): readonly ScheduleRecord[] {
  const known = sessions.get(session) ?? new Map<number, Known>()
  sessions.set(session, known)
  return session.all(DUE_SCHEDULES, now, limit).map((row) => recordOf(row, definitionOf(session, known, row)))
}

function definitionOf(session: Session, known: Map<number, Known>, row: DueRow): ScheduleDefinition {
  const [, incarnation, , revision] = row
  const id = row[ID]
  const before = known.get(id)
  if (before?.revision === revision && before.incarnation === incarnation) return before.definition
  const [text] = session.get(DEFINITION_OF, id) ?? []
  if (text === undefined) throw new Error(`schedule "${row[0]}" has no definition: the file has been changed by hand`)
  const definition = Object.freeze(JSON.parse(text) as ScheduleDefinition)
  known.delete(id)
  if (text.length <= KNOWN_LENGTH_MAX) {
    if (known.size === KNOWN_MAX) known.clear()
    known.set(id, { incarnation, revision, definition })
  }
  return definition
}

/** The place of the number of a schedule in a row. */
const ID = 21
