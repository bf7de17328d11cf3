import { decodeError, encodeError } from '../codec/encode-error.js'
import { RetryError, RotaError, TerminateError, isRetryError, isTerminateError } from '../model/errors.js'
import type { RotaErrorCode } from '../model/errors.js'
import type { ErrorRecord } from '../model/job.js'

/** Something thrown, made ready for another process: what a store keeps of an error, and what rota decides by. */
export interface ThrownError {
  /** JSON of an `ErrorRecord`: name, message, stack, code and up to five causes. */
  readonly record: string
  readonly kind: 'error' | 'retry' | 'rota' | 'terminate'
  /** Of a `RetryError`. */
  readonly after: number | string | null
}

/** Refuses nothing and never throws: whatever a handler throws reaches the other side as an error. */
export function packThrown(thrown: unknown): ThrownError {
  const record = encodeError(thrown)
  try {
    if (isTerminateError(thrown)) return { record, kind: 'terminate', after: null }
    if (isRetryError(thrown)) return { record, kind: 'retry', after: thrown.after ?? null }
    return { record, kind: RotaError.is(thrown) ? 'rota' : 'error', after: null }
  } catch {
    return { record, kind: 'error', after: null } // a revoked proxy, say
  }
}

/** The error on this side: the same name, message, code, stack and causes, and the class that rota asks for. */
export function unpackThrown({ record, kind, after }: ThrownError): Error {
  const read = decodeError(record) ?? { name: 'Error', message: 'the error could not be read' }
  return dress(bare(read, kind, after), read)
}

function bare(read: ErrorRecord, kind: ThrownError['kind'], after: ThrownError['after']): Error {
  switch (kind) {
    case 'terminate':
      return new TerminateError(read.message)
    case 'retry':
      return new RetryError(after === null ? { message: read.message } : { message: read.message, after })
    case 'rota':
      return new RotaError(read.code as RotaErrorCode, read.message)
    case 'error':
      return new Error(read.message)
  }
}

/** Whatever was thrown had a stack of its own, or none, as text has none: the one made here would point at rota. */
function dress(error: Error, read: ErrorRecord): Error {
  define(error, 'name', read.name)
  define(error, 'stack', read.stack)
  if (read.code !== undefined) define(error, 'code', read.code)
  if (read.cause !== undefined && read.cause !== null) {
    define(error, 'cause', dress(new Error(read.cause.message), read.cause))
  }
  return error
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true })
}
