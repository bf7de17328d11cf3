import { RotaError } from '../model/errors.js'
import type { ScheduleDefinition, ScheduleRecord } from '../model/schedule-record.js'

/** Names that an error tells in its text; all of them are among its facts. */
const TOLD_MAX = 10

export function neverError(name: string, { expression }: ScheduleDefinition): RotaError {
  const message = `schedule "${name}" would never fire: ${JSON.stringify(expression)} has no tick between startAt and endAt from now on`
  return new RotaError('SCHEDULE_INVALID', message, { facts: { name, expression } })
}

export function existsError(name: string): RotaError {
  const message = `schedule "${name}" exists; leave out "ifExists" to change it, or remove it first`
  return new RotaError('SCHEDULE_EXISTS', message, { facts: { name } })
}

export function unknownError(name: string): RotaError {
  return new RotaError('SCHEDULE_UNKNOWN', `there is no schedule "${name}"; make it first`, { facts: { name } })
}

export function busyError(name: string): RotaError {
  const message = `schedule "${name}" was changed by others again and again while it was to be written; try again`
  return new RotaError('BUSY', message, { facts: { name } })
}

/** Schedules that belong to somebody else than `owner`, null being whoever makes them one by one. */
export function ownedError(records: readonly ScheduleRecord[], owner: string | null): RotaError {
  const conflicts = records.map(({ name, definition }) => ({ name, owner: definition.owner }))
  const told = conflicts.slice(0, TOLD_MAX).map((one) => `schedule "${one.name}" ${belonging(one.owner)}`)
  const more = conflicts.length > TOLD_MAX ? `, and ${conflicts.length - TOLD_MAX} more do too` : ''
  const asked = owner === null ? 'by itself' : `by "${owner}"`
  const message = `${told.join(', ')}${more}, so it cannot be changed ${asked}; use another name, or remove it first`
  return new RotaError('SCHEDULE_OWNED', message, { facts: { conflicts, owner } })
}

function belonging(owner: string | null): string {
  return owner === null ? 'was made by itself' : `is declared by ${JSON.stringify(owner)}`
}
