import type { StandardSchemaV1 } from '@standard-schema/spec'
import { contractOf } from '../codec/contract.js'
import type { PayloadReader } from '../codec/read-payload.js'
import { MAX_TRIES_DEFAULT, QUEUE_DEFAULT } from '../model/policy.js'
import type { AnyTask } from '../model/task-definition.js'
import { withMiddleware } from './middleware.js'
import type { Middleware, Run } from './middleware.js'
import { type AttemptPolicy, readPolicy } from './task-policy.js'

/** A task that this worker can run, with everything looked up once. */
export interface RunnableTask extends AttemptPolicy {
  readonly name: string
  readonly run: Run
  readonly input: StandardSchemaV1 | undefined
  /** How its payloads are read. Without a contract nobody can tell contracts apart, or its function does it. */
  readonly reader: PayloadReader<unknown>
  /** Gets a job for each job of this task that fails; null: nobody does. */
  readonly onFailure: AnyTask | null
}

/** The tasks that a worker knows, by name. */
export interface TaskTable {
  readonly byName: ReadonlyMap<string, RunnableTask>
  /** The same array for ever: stores prepare their claims for it once. */
  readonly names: readonly string[]
  /** The queues that the tasks name, each once. */
  readonly queues: readonly string[]
}

/**
 * Looks everything up that does not change from job to job. On-failure tasks that have a handler are known too; a task
 * without a handler is not. Throws a `TypeError` for two tasks of one name and for a policy that makes no sense.
 */
export function makeTaskTable(
  tasks: readonly AnyTask[],
  onFailure: AnyTask | null,
  middleware: readonly Middleware[],
): TaskTable {
  const listed = tasks.filter((task) => task.run !== null)
  checkNamesOnce(listed)
  const failureTasks = [onFailure, ...tasks.map((task) => task.onFailure)].filter(
    (task) => task !== null && task !== undefined,
  )
  const failureNames = new Set(failureTasks.map((task) => task.name))
  const byName = new Map<string, RunnableTask>()
  for (const task of [...listed, ...failureTasks]) {
    if (task.run === null || byName.has(task.name)) continue
    const follow = failureNames.has(task.name) ? null : (task.onFailure ?? onFailure)
    byName.set(task.name, makeRunnable(task, task.run as Run, follow, middleware))
  }
  const queues = [...listed, ...failureTasks]
    .filter((task) => byName.has(task.name))
    .map((task) => task.policy.queue ?? QUEUE_DEFAULT)
  return { byName, names: Object.freeze([...byName.keys()]), queues: [...new Set(queues)] }
}

function makeRunnable(
  task: AnyTask,
  run: Run,
  onFailure: AnyTask | null,
  middleware: readonly Middleware[],
): RunnableTask {
  // Its deadline is read when a job fails, and whatever is wrong with it then would keep that job from failing.
  if (onFailure !== null) readPolicy(onFailure)
  return {
    ...readPolicy(task),
    name: task.name,
    run: withMiddleware(run, middleware),
    input: task.input,
    reader: {
      schema: task.input,
      what: `input of task "${task.name}"`,
      contract: contractOf(`task "${task.name}"`, { ...task.contract, schema: task.input }),
    },
    onFailure,
  }
}

/** Stands for a task that this worker does not know; whatever is leased for it is given back. */
export function unknownTask(name: string): RunnableTask {
  return {
    name,
    run: () => undefined,
    input: undefined,
    reader: { schema: undefined, what: '', contract: null },
    maxTries: MAX_TRIES_DEFAULT,
    backoff: 'exponential',
    timeoutMs: null,
    onFailure: null,
  }
}

function checkNamesOnce(tasks: readonly AnyTask[]): void {
  const seen = new Set<string>()
  for (const { name } of tasks) {
    if (seen.has(name)) throw new TypeError(`tasks: expected each name once, got two tasks named "${name}"`)
    seen.add(name)
  }
}
