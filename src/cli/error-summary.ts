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
  return isErrorRecord(error.cause) && depth < CAUSES_MAX ? `${own}, because ${summary(error.cause, depth + 1)}` : own
}

function isErrorRecord(value: unknown): value is ErrorRecord {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('message' in value)) return false
  return typeof value.name === 'string' && typeof value.message === 'string'
}
