import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { HandlerContext } from './handler-context.js'
import { checkName } from './names.js'
import type { Outcome } from './outcome.js'
import type { TaskPolicy } from './policy.js'

/** The function of a task: gets the checked input and the context of the attempt. */
export type Handler<Input, Output> = (input: Input, context: HandlerContext<Input>) => Output | Promise<Output>

/** What a handler's return type leaves as the result of the job, once outcomes such as `again(...)` are taken out. */
export type ResultOf<Output> = Exclude<Awaited<Output>, Outcome>

/**
 * A task: a name, what it takes, how it is run, and the function that does it.
 * `Wire` is what callers pass and the store keeps, `Input` what the handler gets after the schema has parsed it.
 */
export interface TaskDefinition<Wire = unknown, Input = Wire, Result = unknown> {
  readonly name: string
  readonly policy: TaskPolicy
  readonly input: StandardSchemaV1<Wire, Input> | undefined
  readonly result: StandardSchemaV1<unknown, Result> | undefined
  /** null: this process can enqueue the task but not run it. */
  readonly run: Handler<Input, unknown> | null
  /** Gets a job for each job of this task that fails, with a `FailureReport`. */
  readonly onFailure: TaskDefinition<FailureReport> | undefined
  /** The same task with a handler, for programs that define tasks in one place and run them in another. */
  handle<Output>(run: Handler<Input, Output>): TaskDefinition<Wire, Input, ResultOf<Output>>
}

/** Any task, whatever it takes and gives. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a task is contravariant in its input: only `any` admits them all
export type AnyTask = TaskDefinition<any, any, any>

/** What the on-failure handler of a task or of a whole system is told about one failed job. */
export interface FailureReport {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly failure: 'exhausted' | 'terminated' | 'expired' | 'unreachable'
  readonly tries: number
  readonly at: Date
  readonly payload: unknown
  readonly error: { readonly name: string; readonly message: string; readonly stack?: string; readonly code?: string } | null
}

interface Options<Wire, Input> extends TaskPolicy {
  /** Checks the payload when it is enqueued and again when it runs; any Standard Schema (zod, valibot, arktype ...). */
  readonly input?: StandardSchemaV1<Wire, Input>
  /** Gets a job for each job of this task that fails. */
  readonly onFailure?: TaskDefinition<FailureReport>
}

/**
 * Defines a task.
 *
 * The name is how every process, store and operator knows it; keep it when the code moves.
 * Throws a `TypeError` at once for a bad name or option, never later.
 */
export function task<Wire, Input, Output>(
  name: string,
  options: Options<Wire, Input> & {
    readonly input: StandardSchemaV1<Wire, Input>
    readonly run: Handler<Input, Output>
  },
): TaskDefinition<Wire, Input, ResultOf<Output>>
export function task<Wire, Input, Result = unknown>(
  name: string,
  options: Options<Wire, Input> & {
    readonly input: StandardSchemaV1<Wire, Input>
    readonly result?: StandardSchemaV1<unknown, Result>
  },
): TaskDefinition<Wire, Input, Result>
export function task<Input = undefined, Output = unknown>(
  name: string,
  options: Options<Input, Input> & { readonly run: Handler<Input, Output> },
): TaskDefinition<Input, Input, ResultOf<Output>>
export function task<Input, Output>(
  name: string,
  run: Handler<Input, Output>,
): TaskDefinition<Input, Input, ResultOf<Output>>
export function task(name: string, given: AnyOptions | Handler<never, unknown>): AnyTask {
  checkName('task', name)
  const options: AnyOptions = typeof given === 'function' ? { run: given } : given
  checkOptions(name, options)
  const { input, result, run, onFailure, ...policy } = options
  return define(name, Object.freeze(policy), input, result, run ?? null, onFailure)
}

interface AnyOptions extends Options<unknown, unknown> {
  readonly result?: StandardSchemaV1<unknown, unknown>
  readonly run?: Handler<never, unknown>
}

function define(
  name: string,
  policy: TaskPolicy,
  input: StandardSchemaV1 | undefined,
  result: StandardSchemaV1 | undefined,
  run: Handler<never, unknown> | null,
  onFailure: TaskDefinition<FailureReport> | undefined,
): AnyTask {
  return Object.freeze({
    name,
    policy,
    input,
    result,
    run,
    onFailure,
    handle: (handler: Handler<never, unknown>) => define(name, policy, input, result, handler, onFailure),
  }) as AnyTask
}

function checkOptions(name: string, options: AnyOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`task "${name}": expected options or a handler, got ${options === null ? 'null' : typeof options}`)
  }
  if (options.queue !== undefined) checkName('queue', options.queue)
  if (options.run !== undefined && typeof options.run !== 'function') {
    throw new TypeError(`task "${name}": run: expected a function, got ${typeof options.run}`)
  }
  const { priority, maxTries } = options
  if (priority !== undefined && ![1, 2, 3, 4, 5].includes(priority)) {
    throw new TypeError(`task "${name}": priority: expected 1 to 5, got ${String(priority)}`)
  }
  if (maxTries !== undefined && !(Number.isInteger(maxTries) && maxTries >= 1 && maxTries <= 1_000_000)) {
    throw new TypeError(`task "${name}": maxTries: expected a whole number from 1 to 1000000, got ${String(maxTries)}`)
  }
}
