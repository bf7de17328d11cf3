import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type Contract, contractOf } from '../codec/contract.js'
import { ParkedPayload, readPayload } from '../codec/read-payload.js'
import { cleanThrown } from '../handlers/clean-thrown.js'
import type { FunctionContext } from '../handlers/function-context.js'
import { currentContext, inContext } from '../handlers/function-scope.js'
import { hideFromOutput } from '../handlers/output-secrets.js'
import { redactedContext } from '../handlers/redacted-context.js'
import { redactionOf, type Redaction } from '../handlers/secrets.js'
import { errorResponse, isViewableError, ValidationError } from '../handlers/viewable-error.js'
import { describeContract } from '../handlers/described-contract.js'
import type { ContractOptions } from '../model/contract.js'
import { RotaError } from '../model/errors.js'
import { checkOptionNames } from '../model/option-names.js'
import { isOutcome, parkOutcome, underContract } from '../model/outcome.js'

/** What the function of a stack is made of. */
export interface HandlerOptions<Wire, Input, Output> extends ContractOptions {
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
  'migrate',
  'throwExpectedErrors',
  'version',
])

/** Makes the function of a task that checks its payload: `export default handler({ schema, handle: async (order) => ... })`. */
export function handler<Wire, Input, Output>(
  options: HandlerOptions<Wire, Input, Output> & { readonly schema: StandardSchemaV1<Wire, Input> },
): StackHandler<Wire, Output>
/** Makes the function of a task: `export default handler({ handle: async (order: Order) => ... })`. */
export function handler<Input, Output>(options: HandlerOptions<Input, Input, Output>): StackHandler<Input, Output>
export function handler<Wire, Input, Output>(options: HandlerOptions<Wire, Input, Output>): StackHandler<Wire, Output> {
  checkOptionNames('handler', options, OPTION_NAMES)
  const { handle, migrate, schema, logger, throwExpectedErrors = true, version } = options
  if (typeof handle !== 'function') throw new TypeError(`handler: handle: expected a function, got ${typeof handle}`)
  const contract = contractOf('handler', { migrate, schema, version })
  const run = async (payload: Wire, given?: FunctionContext<Wire>): Promise<Awaited<Output>> => {
    const redaction = redactionOf(schema, payload)
    if (redaction !== null) hideFromOutput(redaction.texts)
    const around = (given ?? currentContext()) as FunctionContext<Wire> | undefined
    const context = around === undefined || redaction === null ? around : redactedContext(around, redaction.clean)
    try {
      const input = await parse({ schema, contract }, payload, stampIn(around))
      const call = (): Output | Promise<Output> => handle(input, context as FunctionContext<Wire>)
      return under(await (context === undefined ? call() : inContext(context as FunctionContext, call)), contract)
    } catch (error) {
      if (error instanceof ParkedPayload) {
        const reason = redaction === null ? error.message : redaction.clean(error.message)
        return parkOutcome(reason) as never
      }
      if (isViewableError(error) && !throwExpectedErrors) {
        const response = errorResponse(error)
        return (redaction === null ? response : cleanThrown(response, redaction.clean)) as never
      }
      throw tell(error, payload, redaction, logger)
    }
  }
  return describeContract(run, contract)
}

/** A test may give a function no more of a context than it needs. */
function stampIn(context: Partial<Pick<FunctionContext, 'job'>> | undefined): string | null {
  return context?.job?.contract ?? null
}

/** The params of another iteration are written under the contract of this function, whatever that of its payload was. */
function under<Value>(value: Value, contract: Contract | null): Value {
  const isAgain = contract !== null && isOutcome(value) && value.kind === 'again'
  return isAgain ? (underContract(value, contract.stamp) as unknown as Value) : value
}

async function parse<Wire, Input>(
  {
    contract,
    schema,
  }: { readonly schema: StandardSchemaV1<Wire, Input> | undefined; readonly contract: Contract | null },
  payload: Wire,
  stamp: string | null,
): Promise<Input> {
  const reader = { schema: schema as StandardSchemaV1<unknown, Input> | undefined, what: 'payload', contract }
  try {
    return await readPayload(reader, payload, stamp)
  } catch (error) {
    if (!RotaError.is(error) || error.code !== 'INPUT_INVALID') throw error
    throw new ValidationError(error.message, error.facts['issues'])
  }
}

/** Takes secrets out of an error, adds what it was called with, and tells the logger. */
function tell(
  thrown: unknown,
  payload: unknown,
  redaction: Redaction | null,
  logger: ((error: unknown) => unknown) | undefined,
): unknown {
  const error = redaction === null ? thrown : cleanThrown(thrown, redaction.clean)
  if (error instanceof Error && Object.isExtensible(error)) {
    const value = redaction === null ? payload : cleanThrown(redaction.input, redaction.clean)
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
