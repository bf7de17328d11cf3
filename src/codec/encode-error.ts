import type { ErrorRecord } from '../model/job.js'
import { RESULT_BYTES_MAX } from '../model/units.js'

/** Errors below the first that are kept: real chains have two or three. */
const CAUSES_MAX = 5

/** Characters kept of each text, tried in turn until the whole fits; at the last, six errors of four texts fit even if every character needs six bytes. */
const TEXT_LENGTHS = [16_384, 4096, 1024, 256] as const

/**
 * Turns whatever a handler threw into the JSON of an `ErrorRecord` of at most 64 KiB: name, message, stack, code and up to five causes.
 * Never throws and refuses nothing: what a store cannot keep is replaced, what is too long is cut, so that a task never fails to fail.
 */
export function encodeError(error: unknown): string {
  for (const length of TEXT_LENGTHS) {
    const json = JSON.stringify(record(error, length, CAUSES_MAX))
    if (Buffer.byteLength(json) <= RESULT_BYTES_MAX) return json
  }
  return JSON.stringify({ name: 'Error', message: 'the error was too large to keep' })
}

/** Reads an error record from the store, as data only; null for null and for text that is no such record. */
export function decodeError(json: string | null): ErrorRecord | null {
  if (json === null) return null
  try {
    const value = JSON.parse(json) as Partial<ErrorRecord> | null
    return typeof value?.name === 'string' && typeof value.message === 'string' ? (value as ErrorRecord) : null
  } catch {
    return null
  }
}

function record(error: unknown, length: number, causesLeft: number): ErrorRecord {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: clean(textOf(error), length) }
  const name = read(error, 'name')
  const message = read(error, 'message')
  const stack = read(error, 'stack')
  const code = read(error, 'code')
  const cause = read(error, 'cause')
  return {
    name: clean(typeof name === 'string' && name !== '' ? name : 'Error', Math.min(length, 200)),
    message: clean(typeof message === 'string' ? message : textOf(error), length),
    ...(typeof stack === 'string' ? { stack: clean(stack, length) } : {}),
    ...(typeof code === 'string' || typeof code === 'number'
      ? { code: clean(String(code), Math.min(length, 200)) }
      : {}),
    ...(cause === undefined || cause === null || causesLeft === 0
      ? {}
      : { cause: record(cause, length, causesLeft - 1) }),
  }
}

/** Getters and proxies of strangers may throw. */
function read(value: object, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[key]
  } catch {
    return undefined
  }
}

function textOf(thrown: unknown): string {
  try {
    return typeof thrown === 'object' && thrown !== null ? `thrown object: ${JSON.stringify(thrown)}` : String(thrown)
  } catch {
    return 'thrown object that cannot be shown'
  }
}

/** U+0000 becomes U+FFFD, as half surrogate pairs do: both are refused by one store or another. */
function clean(text: string, length: number): string {
  const cut = text.length > length ? `${text.slice(0, length)}... (${text.length - length} more characters)` : text
  return cut.toWellFormed().replaceAll('\u0000', '\ufffd')
}
