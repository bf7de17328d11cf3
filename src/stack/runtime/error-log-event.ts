import { createHash } from 'node:crypto'
import type { RunningJob } from '../../model/handler-context.js'
import { RotaError } from '../../model/errors.js'

/** What the on-error-log function of an app gets: one warning or error that one of its functions has logged or thrown. */
export interface ErrorLogEvent {
  /** The same for the same mistake in the same function, so that they can be counted. */
  readonly hash: string
  /** The id of the job. */
  readonly requestId: string
  /** The function: `orders:task:process-order`. */
  readonly origin: string
  /** `fatal`: the attempt was ended from outside. */
  readonly level: 'warn' | 'error' | 'fatal'
  readonly type: string
  readonly message: string
  readonly stackTrace?: readonly string[]
  readonly data?: unknown
  readonly date: Date
}

/** Where an event comes from. */
export interface EventSource {
  readonly job: Pick<RunningJob, 'id'>
  readonly origin: string
  readonly date: Date
}

/** Ends of an attempt that no function can tell of itself, and what they are called. */
const PLATFORM: ReadonlyMap<string, string> = new Map([
  ['TIMEOUT', 'timeout'],
  ['OUT_OF_MEMORY', 'out-of-memory'],
  ['HANDLER_EXITED', 'exited'],
])

/** The event of something that a function threw, or that happened to it. */
export function eventOfError(thrown: unknown, source: EventSource): ErrorLogEvent | null {
  if (typeof thrown === 'string') return eventOfLine('error', thrown, source)
  if (!(thrown instanceof Error)) return null
  const platform = RotaError.is(thrown) ? PLATFORM.get(thrown.code) : undefined
  const lines = thrown.stack?.split('\n').map((line) => line.trim()) ?? []
  const stackTrace = lines.filter((line) => line.startsWith('at '))
  const data: unknown = 'data' in thrown ? thrown.data : undefined
  return makeEvent(source, {
    level: platform === undefined ? 'error' : 'fatal',
    type: platform ?? thrown.name,
    message: thrown.message,
    ...(stackTrace.length === 0 ? {} : { stackTrace }),
    ...(data === undefined ? {} : { data }),
  })
}

/** The event of a line that a function logged; null for one that says nothing. */
export function eventOfLine(level: 'warn' | 'error', line: string, source: EventSource): ErrorLogEvent | null {
  if (!/[\p{L}\p{N}]/u.test(line)) return null
  return makeEvent(source, { level, type: 'Error', message: line })
}

function makeEvent(
  { job, origin, date }: EventSource,
  said: Omit<ErrorLogEvent, 'hash' | 'requestId' | 'origin' | 'date'>,
): ErrorLogEvent {
  // Numbers differ from one time to the next: ids, amounts, places in a file.
  const kind = [origin, said.level, said.type, said.message.replace(/\d+/g, '0')]
  const hash = createHash('sha256').update(JSON.stringify(kind)).digest('hex')
  return { hash, requestId: job.id, origin, ...said, date }
}
