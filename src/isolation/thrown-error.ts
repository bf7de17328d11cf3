import { decode } from '../codec/decode.js'
import { decodeError, encodeError } from '../codec/encode-error.js'
import { encode } from '../codec/encode.js'
import type { EncodedValue, ErrorRecord } from '../model/job.js'
import { RESULT_BYTES_MAX } from '../model/units.js'

/** Something thrown, made ready for another process. */
export interface ThrownError {
  /** JSON of an `ErrorRecord`: name, message, stack, code and up to five causes. */
  readonly record: string
  /** What else the error holds and can be encoded, such as `facts`, `data` or `after`. */
  readonly members: readonly (readonly [string, EncodedValue])[]
  /** The marks of rota that it bears: `rota.terminate` and the like, by which all its copies know their errors. */
  readonly brands: readonly string[]
}

/** Those are in the record. */
const RECORDED: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'code', 'cause'])

/** Members that travel, in all: an error is no place for more. */
const MEMBERS_MAX = 20

/** Refuses nothing and never throws: whatever a handler throws reaches the other side as an error. */
export function packThrown(thrown: unknown): ThrownError {
  const record = encodeError(thrown)
  try {
    if (!(thrown instanceof Error)) return { record, members: [], brands: [] }
    return { record, members: membersOf(thrown), brands: brandsOf(thrown) }
  } catch {
    return { record, members: [], brands: [] } // a revoked proxy, say
  }
}

/** The error on this side: what it was called, said and held, and what rota decides by. Its class stays where it is. */
export function unpackThrown({ record, members, brands }: ThrownError): Error {
  const read = decodeError(record) ?? { name: 'Error', message: 'the error could not be read' }
  const error = dress(new Error(read.message), read)
  for (const [key, value] of members) define(error, key, decode(value))
  for (const brand of brands) Object.defineProperty(error, Symbol.for(brand), { value: true })
  return error
}

/** Whatever was thrown had a stack of its own, or none, as text has none: the one made here would point at rota. */
function dress(error: Error, read: ErrorRecord): Error {
  define(error, 'name', read.name, false)
  define(error, 'stack', read.stack, false)
  if (read.code !== undefined) define(error, 'code', read.code)
  if (read.cause !== undefined && read.cause !== null) {
    define(error, 'cause', dress(new Error(read.cause.message), read.cause), false)
  }
  return error
}

function define(error: Error, key: string, value: unknown, enumerable = true): void {
  Object.defineProperty(error, key, { value, configurable: true, enumerable, writable: true })
}

function membersOf(error: Error): readonly (readonly [string, EncodedValue])[] {
  const members: (readonly [string, EncodedValue])[] = []
  for (const key of Object.keys(error)) {
    if (RECORDED.has(key) || members.length === MEMBERS_MAX) continue
    try {
      const value = (error as unknown as Readonly<Record<string, unknown>>)[key]
      if (value !== undefined) members.push([key, encode(value, { limitBytes: RESULT_BYTES_MAX })])
    } catch {
      // a request, a connection: nothing that another process could use
    }
  }
  return members
}

function brandsOf(error: Error): readonly string[] {
  return Object.getOwnPropertySymbols(error)
    .map((symbol) => Symbol.keyFor(symbol))
    .filter((key) => key?.startsWith('rota.'))
    .map(String)
}
