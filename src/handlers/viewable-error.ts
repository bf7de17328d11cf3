/** What a caller may be shown of an error: its type, its message, and data that belongs to it. */
export interface ErrorResponse {
  readonly __error__: { readonly type: string; readonly message: string; readonly data?: unknown }
}

const viewable = Symbol.for('rota.viewable')

/**
 * An error that is part of what a function does, such as an order that is sold out: it may be shown to whoever asked.
 * `handler({ throwExpectedErrors: false })` returns it as a response; otherwise it fails the attempt like any error.
 */
export class ViewableError extends Error {
  override readonly name: string = 'ViewableError'
  /** What kind of error it is, for programs: `sold-out`. */
  readonly type: string
  readonly data: unknown
  readonly [viewable] = true

  constructor(type: string, message: string, data?: unknown) {
    super(message)
    this.type = type
    this.data = data
  }
}

/**
 * The payload does not fit the schema of the function. No other try would help, so that the job fails at once and is told to the
 * on-failure function. `data` holds the issues: what is wrong, and where.
 */
export class ValidationError extends ViewableError {
  override readonly name = 'ValidationError'
  /** The type again, where errors on record have it. */
  readonly code = 'validation'

  constructor(message: string, issues: unknown, options: { readonly cause?: unknown } = {}) {
    super('validation', message, issues)
    if ('cause' in options) this.cause = options.cause
    // What `TerminateError` carries: there is no class between the two that could be both.
    Object.defineProperty(this, Symbol.for('rota.terminate'), { value: true })
  }
}

/** True for a `ViewableError` of any copy of rota. */
export function isViewableError(value: unknown): value is ViewableError {
  return typeof value === 'object' && value !== null && viewable in value
}

/** The response that stands for an error. */
export function errorResponse({
  type,
  message,
  data,
}: Pick<ViewableError, 'type' | 'message' | 'data'>): ErrorResponse {
  return { __error__: { type, message, ...(data === undefined ? {} : { data }) } }
}

/** True for what `errorResponse` makes, wherever it was made. */
export function isErrorResponse(value: unknown): value is ErrorResponse {
  if (typeof value !== 'object' || value === null || !('__error__' in value)) return false
  const { __error__: error } = value
  if (typeof error !== 'object' || error === null) return false
  return 'type' in error && typeof error.type === 'string' && 'message' in error && typeof error.message === 'string'
}
