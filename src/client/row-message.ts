import type { Priority } from '../model/job.js'
import { keyProblem } from '../model/names.js'
import { checkPriority } from '../model/task-options.js'
import type { EpochMs } from '../model/units.js'
import { toInstant } from './instant.js'

/** Says that a row is to be run; other members travel along. */
export interface RowMessage {
  readonly taskId: string | number
  /** When it is due, in milliseconds since 1970; left out, null or past: now. */
  readonly targetTimestamp?: number | string | Date | null | undefined
  /** 1 is claimed first, 5 last; left out or null: what the task says. */
  readonly priority?: number | null | undefined
  readonly [other: string]: unknown
}

/** A message that was checked. */
export interface ReadMessage {
  readonly id: string
  readonly at: EpochMs | null
  readonly priority: Priority | null
  /** The other members, as JSON; null: there are none. */
  readonly others: string | null
}

/** Checks a message; throws a `TypeError` for what is none. */
export function readMessage(message: unknown): ReadMessage {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new TypeError('send: expected { taskId, targetTimestamp, priority }, got no object')
  }
  const { taskId, targetTimestamp, priority = null, ...others } = message as RowMessage
  if (priority !== null) checkPriority('send', priority)
  return {
    id: rowId(taskId, 'send: taskId'),
    at: targetTimestamp == null ? null : toInstant(instantOf(targetTimestamp), 'send: targetTimestamp'),
    priority: priority as Priority | null,
    others: Object.keys(others).length === 0 ? null : JSON.stringify(others),
  }
}

/** The id of a row as text: the README of the seed writes numbers. Throws a `TypeError` for what is no id. */
export function rowId(id: unknown, what: string): string {
  const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id
  const problem = keyProblem(what, text)
  if (problem !== null) throw new TypeError(problem)
  return text as string
}

/** Messages that were written by hand have digits in quotes. An instant before 1970 is as past as any. */
function instantOf(given: number | string | Date): Date | EpochMs {
  const at = typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : given
  return typeof at === 'number' && at < 0 ? 0 : (at as Date | EpochMs)
}
