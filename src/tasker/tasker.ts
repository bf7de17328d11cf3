import { CATCH_ALL } from '../model/catch-all.js'
import type { HandlerContext } from '../model/handler-context.js'
import type { TaskPolicy } from '../model/policy.js'
import { type AnyTask, task } from '../model/task-definition.js'
import { systemClock } from '../time/system-clock.js'
import { type Address, addressOf, checkEvent, shown } from './address.js'
import { callSignal } from './caller-signal.js'
import { classify, type EventType, own } from './classify.js'
import { checkFunction, HandlerTable } from './handler-table.js'
import { Pipeline } from './pipeline.js'
import type {
  AfterFilter,
  BeforeFilter,
  Caller,
  Invocation,
  TaskEvent,
  TaskHandler,
  TaskMiddleware,
} from './task-handler.js'
import { type AnyHandler, TaskRunner } from './task-runner.js'
import { checkTaskerOptions, type TaskerOptions } from './tasker-options.js'
import { type Unhandled, unhandled } from './unhandled.js'
import { variable } from './variables.js'

const brand = Symbol.for('rota.tasker')

/** Whoever runs tasks: a rota fits. */
export interface TaskHome {
  add(...tasks: readonly AnyTask[]): unknown
}

/** How often a Tasker did what, since it was made. */
export interface TaskerCounts {
  readonly handled: number
  /** Calls that ended with an error. */
  readonly failed: number
  /** Events that nobody is registered for, and no fall-through was there. */
  readonly unhandled: number
  readonly warmUps: number
}

/**
 * Routes events to handlers by name: exactly, case-sensitively, and to nothing that was not registered. The fall-through
 * gets what names nobody, or nothing. `Deps` is what every handler is given as `deps`.
 */
export class Tasker<Deps = undefined> {
  readonly [brand] = true
  readonly #tasks = new HandlerTable<AnyHandler<Deps>>('handle')
  readonly #requests = new HandlerTable<AnyHandler<Deps>>('handleRpc')
  readonly #fallThrough: AnyHandler<Deps> | null
  readonly #options: TaskerOptions<Deps>
  readonly #pipeline = new Pipeline<Deps>()
  readonly #runner: TaskRunner<Deps>
  #unhandled = 0
  #warmUps = 0

  /** Throws a `TypeError` for a fall-through that is no function, and for options that nobody reads. */
  constructor(fallThrough?: TaskHandler<TaskEvent, NoInfer<Deps>> | null, options: TaskerOptions<Deps> = {}) {
    this.#fallThrough = fallThrough ?? null
    if (this.#fallThrough !== null) checkFunction('Tasker: fallThrough', fallThrough)
    checkTaskerOptions(options)
    this.#options = options
    this.#runner = new TaskRunner(options, this.#pipeline)
  }

  /**
   * The function to export for Lambda, or to call with an event from anywhere; it needs no `this`. Resolves with what the
   * handler returns, rejects with what it throws. Resolves with `Unhandled`, after a warning, when there is nobody for an
   * event; rejects with `EVENT_INVALID` for what is no event. An event with `warmer` reaches nobody.
   */
  readonly handler = async (event: unknown, caller: Caller = {}): Promise<unknown> => {
    checkEvent(event)
    const type = classify(event)
    if (type === 'WarmUp') {
      this.#warmUps += 1
      return unhandled('warm-up', type, null)
    }
    const address = addressOf(type, event)
    const registered = this.#find(type, address)
    const handler = registered ?? this.#fallThrough
    if (handler === null) return this.#warn(type, address)
    const { signal, release } = callSignal(caller, this.#options.clock ?? systemClock)
    const invocation = this.#invocation({
      type,
      name: address.name,
      fallThrough: registered === null,
      raw: event,
      id: caller.awsRequestId ?? null,
      caller,
      job: null,
    })
    try {
      return await this.#runner.run(handler, { event: address.event, signal, log: this.#log, invocation })
    } finally {
      release()
    }
  }

  /** The names that tasks are registered under. */
  get names(): readonly string[] {
    return this.#tasks.names
  }

  get counts(): TaskerCounts {
    const { handled, failed } = this.#runner
    return { handled, failed, unhandled: this.#unhandled, warmUps: this.#warmUps }
  }

  /**
   * Registers the handler of a task. `Event` is what you say that its events are: nothing checks it.
   * Throws a `TypeError` for a name that is taken or empty.
   */
  handle<Event = TaskEvent, Result = unknown>(name: string, handler: TaskHandler<Event, Deps, Result>): this {
    this.#tasks.add(name, handler)
    return this
  }

  /** Registers the handler of a request, an event with `_rpcName`: what it returns is the reply. Names are apart from those of tasks. */
  handleRpc<Event = TaskEvent, Result = unknown>(name: string, handler: TaskHandler<Event, Deps, Result>): this {
    this.#requests.add(name, handler)
    return this
  }

  /** Adds middleware around every handler, the fall-through too; the first is outermost. */
  use<Event = TaskEvent>(middleware: TaskMiddleware<Deps, Event>): this {
    this.#pipeline.use(middleware)
    return this
  }

  /** Adds a filter that sees every event before middleware and handler do, in the order in which filters are added. */
  before<Event = TaskEvent>(filter: BeforeFilter<Deps, Event>): this {
    this.#pipeline.before(filter)
    return this
  }

  /** Adds a filter that sees how every handler ended, in the order in which filters are added. */
  after<Event = TaskEvent>(filter: AfterFilter<Deps, Event>): this {
    this.#pipeline.after(filter)
    return this
  }

  /**
   * Makes a task of every handler, and the catch-all of the fall-through, so that workers run them as jobs. All have `policy`.
   * Throws a `TypeError` for a name that no task can have, or that a task of the rota has.
   */
  register(home: TaskHome, policy: TaskPolicy = {}): void {
    const tasks = this.names.map((name) => this.#task(name, policy))
    home.add(...tasks, ...(this.#fallThrough === null ? [] : [this.#task(CATCH_ALL, policy)]))
  }

  #task(taskName: string, policy: TaskPolicy): AnyTask {
    return task(taskName, {
      ...policy,
      // A rule without input gives its task nothing, and handlers take events apart.
      run: (event: unknown, job: HandlerContext) => this.#runJob(taskName, event ?? {}, job),
    })
  }

  /** Whoever enqueues for the catch-all may not know which tasks there are, so that the name of its event is looked up here too. */
  #runJob(taskName: string, event: unknown, job: HandlerContext): Promise<unknown> {
    const given = taskName === CATCH_ALL ? own(event, '_taskName') : taskName
    const name = typeof given === 'string' ? given : null
    const registered = name === null ? undefined : this.#tasks.get(name)
    const invocation = this.#invocation({
      type: 'Job',
      name,
      fallThrough: registered === undefined,
      raw: event,
      id: job.job.id,
      caller: {},
      job,
    })
    const handler = registered ?? this.#fallThrough
    if (handler === null) throw new Error(`expected a handler for task ${shown(taskName)}, got none`)
    return this.#runner.run(handler, { event, signal: job.signal, log: job.log, invocation })
  }

  #find(type: EventType, { name, aliases }: Address): AnyHandler<Deps> | null {
    const table = type === 'AegisRPC' ? this.#requests : this.#tasks
    for (const one of name === null ? [] : [name, ...aliases]) {
      const handler = table.get(one)
      if (handler !== undefined) return handler
    }
    return null
  }

  #warn(type: EventType, { name }: Address): Unhandled {
    this.#unhandled += 1
    const what = name === null ? `an event without a name (${type || 'of no known type'})` : `task ${shown(name)}`
    this.#log.warn(`nobody handles ${what}: register a handler, or give the Tasker a fall-through`)
    return unhandled(name === null ? 'no-name' : 'unknown-name', type, name)
  }

  #invocation(facts: Omit<Invocation, 'variable'>): Invocation {
    const { env = process.env } = this.#options
    const { clientContext } = facts.caller
    const stageVariables = own(facts.raw, 'stageVariables')
    return { ...facts, variable: (name) => variable(name, { clientContext, stageVariables, env }) }
  }

  get #log(): NonNullable<TaskerOptions<Deps>['log']> {
    return this.#options.log ?? console
  }
}

/** True for a Tasker of any copy of rota. */
export function isTasker(value: unknown): value is Tasker<unknown> {
  return typeof value === 'object' && value !== null && brand in value
}
