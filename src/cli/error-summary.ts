import type { ErrorRecord } from '../model/job.js'
import { parseOrText } from './parse-or-text.js'

/** A stored error on one line: `TypeError: x is not a function (E_CODE), because Error: ...`. */
export function errorSummary(stored: string): string {
  const parsed = parseOrText(stored)
  return isErrorRecord(parsed) ? summary(parsed, 0) : stored
}

/** The stack of a stored error, line by line, without the first line that repeats its message; none when it has no stack. */
export function stackLines(stored: string): readonly string[] {
  const parsed = parseOrText(stored)
  if (!isErrorRecord(parsed) || typeof parsed.stack !== 'string') return []
  return parsed.stack.split('\n').filter((line) => /^\s*at /.test(line))
}

/** A chain of causes is followed this far: records come from a store, not from us. */
const CAUSES_MAX = 5

function summary(error: ErrorRecord, depth: number): string {
  const code = typeof error.code === 'string' ? ` (${error.code})` : ''
  const own = `${error.name}: ${error.message}${code}`
  if (!isErrorRecord(error.cause) || depth >= CAUSES_MAX) return own
  if (tellsAlready(error, error.cause) && error.cause.code === undefined) return own
  return `${own}, because ${summary(error.cause, depth + 1)}`
}

/** Whether an error ends with the words of its cause, and there is nothing more behind that. */
export function tellsAlready(error: { readonly message: string }, cause: Cause): boolean {
  return cause.cause == null && cause.message !== '' && error.message.endsWith(`: ${cause.message}`)
}

interface Cause {
  readonly message: string
  readonly cause?: unknown
}

function isErrorRecord(value: unknown): value is ErrorRecord {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('message' in value)) return false
  return typeof value.name === 'string' && typeof value.message === 'string'
}
