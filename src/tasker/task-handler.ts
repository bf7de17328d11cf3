import type { HandlerContext, JobLog } from '../model/handler-context.js'
import type { TaskTracer } from '../observe/task-span.js'
import type { EventType } from './classify.js'

/** An event, as its schedule or its sender wrote it: any object. */
export type TaskEvent = Record<string, unknown>

/** Does the work of a task. What it returns is what the caller of the Tasker gets; what it throws, the caller gets too. */
export type TaskHandler<Event = TaskEvent, Deps = undefined, Result = unknown> = (
  event: Event,
  context: TaskContext<Deps>,
) => Result | Promise<Result>

/** What a handler is given beside the event. */
export interface TaskContext<Deps = undefined> {
  /** Aborts when the handler should stop: its caller gave up, its job was cancelled, or the time of a function is over in a second. */
  readonly signal: AbortSignal
  /** What the Tasker was made with. */
  readonly deps: Deps
  readonly log: JobLog
  /** Starts spans below that of the task. */
  readonly tracer: TaskTracer
  readonly invocation: Invocation
}

/** How a handler came to be called. */
export interface Invocation {
  /** What the event is; `Job` when a worker runs the task. */
  readonly type: EventType | 'Job'
  /** The name that the event gives; null: none. */
  readonly name: string | null
  /** Nobody is registered under that name. */
  readonly fallThrough: boolean
  /** The event as it came: of a route, the envelope. */
  readonly raw: unknown
  /** The id of the request or of the job; null: it has none. */
  readonly id: string | null
  readonly caller: Caller
  /** When a worker runs the task: its job, and the outcomes that it can return. */
  readonly job: HandlerContext | null
  /** A variable of the caller's client context, of the event's stage, or of the process, in this order. */
  variable(name: string): string | undefined
}

/** Whoever calls a Tasker, as far as it matters: the context of a Lambda function fits, and so does `{ signal }`. */
export interface Caller {
  readonly signal?: AbortSignal | undefined
  readonly awsRequestId?: string | undefined
  readonly clientContext?: unknown
  getRemainingTimeInMillis?(): number
}

/**
 * Runs around every handler, the first outermost: `next` runs the rest, with another event when it is given one, and gives
 * what the handler gives. What it returns or throws stands for the handler's own end.
 */
export type TaskMiddleware<Deps = undefined, Event = TaskEvent> = (
  event: Event,
  context: TaskContext<Deps>,
  next: (event?: Event) => Promise<unknown>,
) => unknown

/** Runs before every handler. May change the event, or return another one. */
export type BeforeFilter<Deps = undefined, Event = TaskEvent> = (
  event: Event,
  context: TaskContext<Deps>,
) => Event | void | Promise<Event | void>

/** How a handler ended. */
export type TaskEnd = { readonly result: unknown } | { readonly error: unknown }

/** Runs after every handler, also one that threw. May return another end. */
export type AfterFilter<Deps = undefined, Event = TaskEvent> = (
  end: TaskEnd,
  event: Event,
  context: TaskContext<Deps>,
) => TaskEnd | void | Promise<TaskEnd | void>
