import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { HandlerContext } from './handler-context.js'
import type { ContractOptions, TaskContract } from './contract.js'
import type { CallArguments, JobOptions } from './job-options.js'
import { checkName } from './names.js'
import type { Outcome } from './outcome.js'
import type { TaskPolicy } from './policy.js'
import { checkTaskOptions } from './task-options.js'

/**
 * The function of a task: gets the checked input and the context of the attempt.
 * What it hands to `again` is stored and parsed like any payload, so that has the type that callers pass.
 */
export type Handler<Input, Output, Wire = Input, Tx = never> = (
  input: Input,
  context: HandlerContext<Wire, Tx>,
) => Output | Promise<Output>

/** What a handler's return type leaves as the result of the job, once outcomes such as `again(...)` are taken out. */
export type ResultOf<Output> = Exclude<Awaited<Output>, Outcome>

/**
 * A task: a name, what it takes, how it is run, and the function that does it.
 * `Wire` is what callers pass and the store keeps, `Input` what the handler gets after the schema has parsed it, `Tx` the
 * transaction that the handler completes its jobs in; `never` when it does not.
 */
export interface TaskDefinition<Wire = unknown, Input = Wire, Result = unknown, Tx = never> {
  readonly name: string
  readonly policy: TaskPolicy
  readonly input: StandardSchemaV1<Wire, Input> | undefined
  readonly result: StandardSchemaV1<unknown, Result> | undefined
  /** What it says about the shape of its payloads over time. */
  readonly contract: TaskContract
  /** null: this process can enqueue the task but not run it. */
  readonly run: Handler<Input, unknown, Wire, Tx> | null
  /** Gets a job for each job of this task that fails, with a `FailureReport`. */
  readonly onFailure: TaskDefinition<FailureReport> | undefined
  /** The same task with a handler, for programs that define tasks in one place and run them in another. */
  handle<Output, OtherTx = never>(
    run: Handler<Input, Output, Wire, OtherTx>,
  ): TaskDefinition<Wire, Input, ResultOf<Output>, OtherTx>
  /** One job to be: `rota.enqueue([a.with(payload), b.with(other, { delay: '1 minute' })])`. Stores nothing by itself. */
  with(...args: CallArguments<Wire, JobOptions>): TaskCall<Result>
}

/** Any task, whatever it takes and gives. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a task is contravariant in its input: only `any` admits them all
export type AnyTask = TaskDefinition<any, any, any, any>

/** Any task that can run on a store with such transactions: one that completes its jobs in others cannot. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see AnyTask
export type TaskOn<Tx> = TaskDefinition<any, any, any, Tx>

/** A task with its payload and options: one job to be. */
export interface TaskCall<Result = unknown> {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see AnyTask
  readonly task: TaskDefinition<any, any, Result, any>
  readonly payload: unknown
  readonly options: JobOptions
}

/** What the on-failure handler of a task or of a whole system is told about one failed job. */
export interface FailureReport {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly failure: 'exhausted' | 'terminated' | 'expired' | 'unreachable'
  readonly tries: number
  readonly at: Date
  readonly payload: unknown
  readonly error: {
    readonly name: string
    readonly message: string
    readonly stack?: string
    readonly code?: string
  } | null
}

interface Options extends TaskPolicy, ContractOptions {
  /** Gets a job for each job of this task that fails. */
  readonly onFailure?: TaskDefinition<FailureReport>
}

interface InputOption<Wire, Input> {
  /** Checks the payload when it is enqueued and again when it runs; any Standard Schema (zod, valibot, arktype ...). */
  readonly input: StandardSchemaV1<Wire, Input>
}

interface RunOption<Wire, Input, Output, Tx> {
  /** Does the work. Return: done, with this result. Throw: try again, as the policy says. */
  readonly run: Handler<Input, Output, Wire, Tx>
}

interface ResultOption<Result> {
  /** Says what the handler will return, where the handler is in another program. */
  readonly result?: StandardSchemaV1<unknown, Result>
  readonly run?: never
}

/**
 * Defines a task.
 *
 * The name is how every process, store and operator knows it; keep it when the code moves.
 * Throws a `TypeError` at once for a bad name and for an option that is unknown or of the wrong kind. Lengths of time and back-off curves
 * are read when a program lists the task, by `createRota({ tasks })` or `rota.add`, and `deadline` with the first enqueue at the latest.
 */
export function task<Wire, Input, Output, Tx = never>(
  name: string,
  options: Options & InputOption<Wire, Input> & RunOption<NoInfer<Wire>, Input, Output, Tx>,
): TaskDefinition<Wire, Input, ResultOf<Output>, Tx>
/** Defines a task whose handler is given later, by `handle`, or in another program. */
export function task<Wire, Input, Result = unknown>(
  name: string,
  options: Options & InputOption<Wire, Input> & ResultOption<Result>,
): TaskDefinition<Wire, Input, Result>
/** Defines a task whose input is what its handler says; nothing checks it when the program runs. */
export function task<Input = undefined, Output = unknown, Tx = never>(
  name: string,
  options: Options & { readonly input?: never } & RunOption<Input, Input, Output, Tx>,
): TaskDefinition<Input, Input, ResultOf<Output>, Tx>
/** Defines a task by its handler alone. */
export function task<Input = undefined, Output = unknown, Tx = never>(
  name: string,
  run: Handler<Input, Output, Input, Tx>,
): TaskDefinition<Input, Input, ResultOf<Output>, Tx>
/** Defines a task by its name; `task<Input>(name)` says what it takes. */
export function task<Input = undefined, Result = unknown>(
  name: string,
  options?: Options & { readonly input?: never } & ResultOption<Result>,
): TaskDefinition<Input, Input, Result>
export function task(name: string, given: AnyOptions | AnyHandler = {}): TaskDefinition {
  checkName('task', name)
  const options: AnyOptions = typeof given === 'function' ? { run: given } : given
  checkTaskOptions(name, options)
  const { input, result, run, onFailure, version, migrate, ...policy } = options
  const contract = version === undefined && migrate === undefined ? NO_CONTRACT : Object.freeze({ version, migrate })
  return define(name, Object.freeze(policy), { input, result, contract, run: run ?? null, onFailure })
}

const NO_CONTRACT: TaskContract = Object.freeze({})

/** The same task for those who enqueue: its payloads are written under a contract that is judged where the task runs. */
export function withContractStamp<Tx>(task: TaskOn<Tx>, stamp: string | undefined): TaskOn<Tx> {
  if (stamp === undefined) return task
  const { input, name, onFailure, policy, result } = task as AnyTask
  const run = task.run as AnyHandler | null
  return define(name, policy, { input, result, run, onFailure, contract: Object.freeze({ stamp }) })
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see AnyTask
type AnyHandler = Handler<never, unknown, never, any>

interface AnyOptions extends Options {
  readonly input?: StandardSchemaV1 | undefined
  readonly result?: StandardSchemaV1 | undefined
  readonly run?: AnyHandler | undefined
}

interface Parts {
  readonly contract: TaskContract
  readonly input: StandardSchemaV1 | undefined
  readonly result: StandardSchemaV1 | undefined
  readonly run: AnyHandler | null
  readonly onFailure: TaskDefinition<FailureReport> | undefined
}

function define(name: string, policy: TaskPolicy, parts: Parts): TaskDefinition {
  const made = Object.freeze({
    name,
    policy,
    ...parts,
    handle: (run: AnyHandler) => define(name, policy, { ...parts, run }),
    with: (payload?: unknown, options: JobOptions = NO_OPTIONS): TaskCall => ({ task: made, payload, options }),
  }) as TaskDefinition
  return made
}

const NO_OPTIONS: JobOptions = Object.freeze({})
