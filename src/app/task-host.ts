import { Client, type ClientParts } from '../client/client.js'
import { Rows } from '../client/rows.js'
import type { RowParams, RowResult } from '../model/row.js'
import type { AnyTask, TaskDefinition, TaskOn } from '../model/task-definition.js'
import type { WorkerLogger as RotaLogger } from '../worker/event-sink.js'
import type { RunnerSource } from './load-runners.js'
import { type Runner, type RunnerOptions, runnerTask } from './runner.js'
import { TaskList } from './task-list.js'

/** What a program's tasks are kept with. */
export interface TaskHostParts<Tx> extends ClientParts<Tx> {
  readonly tasks: readonly AnyTask[]
  readonly logger: RotaLogger | undefined
}

/** A client that knows the tasks of its program: those it was made with, and those that are added before a worker starts. */
export class TaskHost<Tx = never> extends Client<Tx> {
  /** Jobs as rows of a table: `put`, `get`, `send`, `receive`. For programs that come from serverless-task-scheduler. */
  readonly rows: Rows
  readonly #clock: ClientParts<Tx>['clock']
  readonly #tasks: TaskList
  #hasRunners = false

  constructor(parts: TaskHostParts<Tx>) {
    super(parts)
    this.#clock = parts.clock
    this.#tasks = new TaskList(parts.tasks)
    this.rows = new Rows({
      client: {
        enqueue: (task, payload, options) => this.enqueue(task, payload, options),
        get: (id) => this.get(id),
        delete: (id) => this.delete(id),
      },
      // A program without runners may put rows for another one that has them.
      find: (type) => this.#tasks.get(type) ?? (this.#hasRunners ? null : undefined),
      log: parts.logger,
    })
  }

  /**
   * Adds tasks that this program can run, as if it had been made with them; all of them, or none. A `Tasker` is added by
   * `tasker.register(rota)`. Throws a `TypeError` for what is no task, for a name that is taken, and once a worker was started.
   */
  add(...tasks: readonly TaskOn<Tx>[]): this {
    this.#tasks.add(tasks)
    return this
  }

  /**
   * Adds a task that works in iterations: `run` gets the row `{ id, completed, type, params }` and returns
   * `{ completed, newParams, newTargetTimestamp }`. The task can be enqueued like any other. Throws as `add` does.
   */
  runner<Params extends RowParams = RowParams>(
    type: string,
    run: Runner<Params>,
    options: RunnerOptions = {},
  ): TaskDefinition<Params, Params, RowResult<Params>> {
    const task = runnerTask(type, run, options, this.#clock)
    this.add(task)
    this.#hasRunners = true
    return task
  }

  /**
   * Adds every runner of a directory, or of a module that was imported or required: its functions, by the names that they are
   * exported under. A directory has an `index.js` that exports all of them, or a file for each type. Resolves with the types.
   */
  async loadRunners(source: RunnerSource, options: RunnerOptions = {}): Promise<readonly string[]> {
    const { findRunners } = await import('./load-runners.js')
    const runners = await findRunners(source)
    this.add(...[...runners].map(([type, run]) => runnerTask(type, run, options, this.#clock)))
    this.#hasRunners = true
    return [...runners.keys()]
  }

  protected get knownTasks(): readonly AnyTask[] {
    return this.#tasks.all
  }

  protected knownTask(name: string): AnyTask | undefined {
    return this.#tasks.get(name)
  }

  /** The tasks that a worker which starts now can run. */
  protected takeTasks(): readonly AnyTask[] {
    return this.#tasks.take()
  }
}
