import type { CallArguments } from '../model/job-options.js'
import type { ResultOf } from '../model/task-definition.js'
import type { FanOutOptions, InvokeOptions } from './invoke-options.js'
import type { JobHandle } from './job-handle.js'
import type { ManualRun } from './run-now.js'

/**
 * The tasks of all stacks, as `Task` knows them. Empty until the declaration that `rota types` and `rota dev` write adds the tasks
 * of the project: `orders: { processOrder: TaskOf<...> }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- declarations of projects add to it, which a type alias cannot take
export interface TaskResources {}

/** The queues that take messages, as `Queue` knows them; see `TaskResources`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- see TaskResources
export interface QueueResources {}

/** The topics of all stacks, as `Topic` knows them; see `TaskResources`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- see TaskResources
export interface TopicResources {}

/** The crons of all stacks, as `Cron` knows them; see `TaskResources`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- see TaskResources
export interface CronResources {}

/** One task of a stack. Called, it stores a job and resolves to undefined when that is durable, before the job runs. */
export interface TaskEntry<Payload = unknown, Result = unknown> {
  (...args: CallArguments<Payload, InvokeOptions>): Promise<undefined>
  /** What it is called on record, such as `orders:process-order`. */
  readonly name: string
  /** The same, for those who want to look at the job, wait for it, or call it off. */
  enqueue(...args: CallArguments<Payload, InvokeOptions>): Promise<JobHandle<Result>>
}

/** One queue of a stack that takes messages. Called, it stores a message and resolves when that is durable. */
export interface QueueEntry<Message = unknown> {
  (...args: CallArguments<Message, InvokeOptions>): Promise<undefined>
  /** What it is called on record, such as `orders:paid`. */
  readonly name: string
  /** The same, for those who want to look at the job of the message, wait for it, or call it off. */
  enqueue(...args: CallArguments<Message, InvokeOptions>): Promise<JobHandle>
  /** Stores many messages, all or none of them; handle *i* belongs to message *i*. */
  batch(messages: readonly Message[], options?: FanOutOptions): Promise<readonly JobHandle[]>
}

/** One topic of a stack. Called, it stores a job for each subscriber, for all or none of them. */
export interface TopicEntry<Payload = unknown> {
  (...args: CallArguments<Payload, FanOutOptions>): Promise<undefined>
  /** What it is called on record, such as `orders:order-paid`. */
  readonly name: string
}

/** One cron of a stack. Called, it makes the job of the cron now; its series goes on as it would have. */
export interface CronEntry {
  (): Promise<undefined>
  /** What its schedule is called on record, such as `orders:cleanup`. */
  readonly name: string
  /** The same, for those who want to wait for the job: `rota.result(run)`. */
  run(): Promise<ManualRun>
}

/** How a task is called whose function has the type `Handler`. */
export type TaskOf<Handler> = TaskEntry<PayloadOf<Handler>, ReturnOf<Handler>>

/** How a queue is called whose consumer has the type `Handler`. */
export type QueueOf<Handler> = QueueEntry<PayloadOf<Handler>>

/** How a task is called whose function gets lists, because a queue hands it some: with one member of a list. */
export type BatchTaskOf<Handler> = TaskEntry<MessageOf<Handler>, undefined>

/** How a queue is called whose consumer gets lists of messages: with one member of a list. */
export type BatchQueueOf<Handler> = QueueEntry<MessageOf<Handler>>

/** Of a function that gets lists, one that gets a member of them. */
export type EachOf<Handler> = (message: MessageOf<Handler>) => void

/** Stands where a queue has a `batchSize` above 1 and its consumer takes no list: nothing can be passed. */
export interface ExpectedListOfMessages {
  readonly 'expected a function that takes a list, because a queue that it consumes has a batchSize above 1': never
}

type MessageOf<Handler> =
  unknown extends PayloadOf<Handler>
    ? unknown
    : PayloadOf<Handler> extends readonly (infer Message)[]
      ? Message
      : ExpectedListOfMessages

/** How a topic is called whose subscribers have the types of the union `Handlers`: its payload fits all of them. */
export type TopicOf<Handlers> = TopicEntry<SharedPayloadOf<Handlers>>

/** What callers pass: the first parameter of the function; undefined where it has none. */
export type PayloadOf<Handler> = Handler extends (...args: infer Args) => unknown
  ? Args extends readonly []
    ? undefined
    : Args[0]
  : unknown

type ReturnOf<Handler> = Handler extends (...args: never) => infer Output ? ResultOf<Output> : unknown

/** A union of functions, each in the place of a parameter, is inferred as the intersection of what they take. */
type SharedPayloadOf<Handlers> = (
  Handlers extends unknown ? (payload: Taken<PayloadOf<Handlers>>) => void : never
) extends (payload: infer Payload) => void
  ? Payload
  : never

/** Whoever takes nothing does not mind what the others are given. */
type Taken<Payload> = [Payload] extends [undefined] ? unknown : Payload
