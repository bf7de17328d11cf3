import type { StandardSchemaV1 } from '@standard-schema/spec'
import { validateInput } from '../codec/validate-input.js'
import type { FunctionContext } from '../handlers/function-context.js'
import { currentContext, inContext } from '../handlers/function-scope.js'
import { redactionOf, type Redaction } from '../handlers/secrets.js'
import { errorResponse, isViewableError, ValidationError } from '../handlers/viewable-error.js'
import { RotaError } from '../model/errors.js'
import type { JobLog } from '../model/handler-context.js'
import { checkOptionNames } from '../model/option-names.js'

/** What the function of a stack is made of. */
export interface HandlerOptions<Wire, Input, Output> {
  /** Checks and parses the payload (zod, valibot, arktype ...). One that does not fit is a `ValidationError`. */
  readonly schema?: StandardSchemaV1<Wire, Input>
  /** Does the work. */
  readonly handle: (input: Input, context: FunctionContext<Wire>) => Output | Promise<Output>
  /** Hears of every error that fails the attempt, with secrets taken out; what it throws changes nothing. */
  readonly logger?: (error: unknown) => unknown
  /** `false`: a `ViewableError` is the result, as `errorResponse` makes it, and fails nothing. @defaultValue true */
  readonly throwExpectedErrors?: boolean
}

/** A function as stacks run it. Called with a payload alone it runs outside of any job, as tests do. */
export type StackHandler<Wire, Output> = (payload: Wire, context?: FunctionContext<Wire>) => Promise<Awaited<Output>>

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof HandlerOptions<unknown, unknown, unknown>>([
  'schema',
  'handle',
  'logger',
  'throwExpectedErrors',
])

/** Makes the function of a task that checks its payload: `export default handler({ schema, handle: async (order) => ... })`. */
export function handler<Wire, Input, Output>(
  options: HandlerOptions<Wire, Input, Output> & { readonly schema: StandardSchemaV1<Wire, Input> },
): StackHandler<Wire, Output>
/** Makes the function of a task: `export default handler({ handle: async (order: Order) => ... })`. */
export function handler<Input, Output>(options: HandlerOptions<Input, Input, Output>): StackHandler<Input, Output>
export function handler<Wire, Input, Output>(options: HandlerOptions<Wire, Input, Output>): StackHandler<Wire, Output> {
  checkOptionNames('handler', options, OPTION_NAMES)
  const { handle, schema, logger, throwExpectedErrors = true } = options
  if (typeof handle !== 'function') throw new TypeError(`handler: handle: expected a function, got ${typeof handle}`)
  return async (payload: Wire, given?: FunctionContext<Wire>): Promise<Awaited<Output>> => {
    const redaction = redactionOf(schema, payload)
    const context = redacted((given ?? currentContext()) as FunctionContext<Wire>, redaction)
    try {
      const input = await parse(schema, payload)
      const run = (): Output | Promise<Output> => handle(input, context as FunctionContext<Wire>)
      return await (context === undefined ? run() : inContext(context as FunctionContext, run))
    } catch (error) {
      if (isViewableError(error) && !throwExpectedErrors) return errorResponse(error) as never
      throw tell(error, payload, redaction, logger)
    }
  }
}

async function parse<Wire, Input>(schema: StandardSchemaV1<Wire, Input> | undefined, payload: Wire): Promise<Input> {
  try {
    return await validateInput(schema as StandardSchemaV1<unknown, Input> | undefined, payload, 'payload')
  } catch (error) {
    if (!RotaError.is(error) || error.code !== 'INPUT_INVALID') throw error
    throw new ValidationError(error.message, error.facts['issues'])
  }
}

/** The same context with a log that lets no secret through. */
function redacted<Wire>(
  context: FunctionContext<Wire> | undefined,
  redaction: Redaction | null,
): FunctionContext<Wire> | undefined {
  if (context === undefined || redaction === null) return context
  const { clean } = redaction
  const log: JobLog = {
    debug: (message) => context.log.debug(clean(message)),
    info: (message) => context.log.info(clean(message)),
    warn: (message) => context.log.warn(clean(message)),
    error: (message) => context.log.error(clean(message)),
  }
  return Object.create(context, { log: { value: log } }) as FunctionContext<Wire>
}

/** Takes secrets out of an error, adds what it was called with, and tells the logger. */
function tell(
  thrown: unknown,
  payload: unknown,
  redaction: Redaction | null,
  logger: ((error: unknown) => unknown) | undefined,
): unknown {
  const error = redaction === null ? thrown : cleaned(thrown, redaction.clean)
  if (error instanceof Error && Object.isExtensible(error)) {
    const value = redaction === null ? payload : redaction.input
    Object.defineProperty(error, 'input', { value, configurable: true, writable: true })
  }
  try {
    const told: unknown = logger?.(error)
    if (told instanceof Promise) told.catch(() => undefined)
  } catch {
    // What it hears of is thrown all the same.
  }
  return error
}

/** Changed in place, so that it stays the error of its class; of one that cannot be changed a plain one is made. */
function cleaned(thrown: unknown, clean: (text: string) => string, depth = 0): unknown {
  if (typeof thrown === 'string') return clean(thrown)
  if (!(thrown instanceof Error)) return thrown
  try {
    // Node makes the stack when it is first read, with the message in it.
    const stack = thrown.stack === undefined ? undefined : clean(thrown.stack)
    Object.defineProperty(thrown, 'message', { value: clean(thrown.message), configurable: true, writable: true })
    Object.defineProperty(thrown, 'stack', { value: stack, configurable: true, writable: true })
    if ('cause' in thrown && depth < 5) thrown.cause = cleaned(thrown.cause, clean, depth + 1)
    return thrown
  } catch {
    return new Error(clean(thrown.message))
  }
}
