/** Every code that an operating failure of rota can carry. Stable: programs may compare them. */
export type RotaErrorCode =
  | 'ABORTED'
  | 'BATCH_TOO_LARGE'
  | 'BUNDLE_FAILED'
  | 'BUNDLER_MISSING'
  | 'BACKEND_CLOSED'
  | 'BACKEND_MISSING'
  | 'BACKEND_UNAVAILABLE'
  | 'BUSY'
  | 'CALL_TIMEOUT'
  | 'CLOCK_SKEW'
  | 'CONFIG_INVALID'
  | 'EVENT_INVALID'
  | 'HANDLER_EXITED'
  | 'HANDLER_INVALID'
  | 'INPUT_INVALID'
  | 'JOB_CANCELLED'
  | 'JOB_COMPLETED'
  | 'JOB_FAILED'
  | 'JOB_UNKNOWN'
  | 'LEASE_LOST'
  | 'OUT_OF_MEMORY'
  | 'PARENT_UNKNOWN'
  | 'PAYLOAD_INVALID'
  | 'PAYLOAD_TOO_LARGE'
  | 'QUEUE_FULL'
  | 'SCHEDULE_EXISTS'
  | 'SCHEDULE_INVALID'
  | 'SCHEDULE_OWNED'
  | 'SCHEDULE_UNKNOWN'
  | 'SCHEMA_NEWER'
  | 'SCHEMA_OLDER'
  | 'STORE_CORRUPT'
  | 'STORE_FULL'
  | 'TASK_FILES_INVALID'
  | 'TASK_UNKNOWN'
  | 'TIMEOUT'

const brand = Symbol.for('rota.error')
const terminate = Symbol.for('rota.terminate')
const retry = Symbol.for('rota.retry')

/**
 * An operating failure: something outside the program went wrong, and the message says what, to which id, and what to do.
 * `code` is stable; `facts` holds what the message tells, as values. A programmer's mistake is a `TypeError` instead.
 */
export class RotaError extends Error {
  readonly code: RotaErrorCode
  readonly facts: Readonly<Record<string, unknown>>

  constructor(
    code: RotaErrorCode,
    message: string,
    options: { readonly facts?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.facts = options.facts ?? {}
    Object.defineProperty(this, brand, { value: true })
  }

  /** True for errors of every copy of rota in the process: two copies in one bundle are common, and `instanceof` fails there. */
  static is(value: unknown): value is RotaError {
    return bears(value, brand)
  }
}

/** Thrown by a handler to end a job as failed at once: no tries that are left would help. */
export class TerminateError extends Error {
  override readonly name = 'TerminateError'
  readonly [terminate] = true
}

/** Thrown by a handler to be tried again not before `after` (milliseconds or a duration such as `'5 minutes'`). */
export class RetryError extends Error {
  override readonly name = 'RetryError'
  readonly after: number | string | undefined
  readonly [retry] = true

  constructor(options: { readonly after?: number | string; readonly message?: string; readonly cause?: unknown } = {}) {
    super(options.message ?? 'retry asked for by the handler', options)
    this.after = options.after
  }
}

/** True for a `TerminateError` of any copy of rota. */
export function isTerminateError(value: unknown): value is TerminateError {
  return bears(value, terminate)
}

/** True for a `RetryError` of any copy of rota. */
export function isRetryError(value: unknown): value is RetryError {
  return bears(value, retry)
}

/** Marks are the same symbol in every copy of rota. */
function bears(value: unknown, mark: symbol): boolean {
  return typeof value === 'object' && value !== null && mark in value
}
