import { join } from 'node:path'
import type { AppConfig, StackConfig, StackTask } from '../config/app-config.js'
import { nameProblem } from '../model/names.js'
import { QUEUE_DEFAULT } from '../model/policy.js'
import type { RouteRecord } from './route-records.js'

/** The store of an app whose config names none: one file, wherever in the app a program is started. */
export function urlOfConfig(config: Pick<AppConfig, 'app' | 'folder' | 'url'>): string {
  return config.url ?? `sqlite:${join(config.folder, '.rota', `${config.app}.db`)}`
}

/**
 * The queue of a task's jobs. A limit over the whole fleet is a limit of a queue, so that a function with one has a queue for itself,
 * called like its task, unless it was given another.
 */
export function queueOfTask({ consumer, queue, record }: StackTask): string {
  if (consumer.reserved === null || queue !== QUEUE_DEFAULT) return queue
  const problem = nameProblem('queue', record)
  if (problem !== null)
    throw new TypeError(`task "${record}": reserved: expected a name that its queue can have: ${problem}`)
  return record
}

/** Where the calls of all entries of an app go. */
export function routesOfConfig({ stacks }: Pick<AppConfig, 'stacks'>): readonly RouteRecord[] {
  const queueOf = new Map(stacks.flatMap(({ tasks }) => tasks.map((task) => [task.record, queueOfTask(task)] as const)))
  return stacks.flatMap((stack) => routesOfStack(stack, (task) => queueOf.get(task) ?? QUEUE_DEFAULT))
}

function routesOfStack(
  { tasks, queues, topics }: StackConfig,
  queueOf: (task: string) => string,
): readonly RouteRecord[] {
  const calls = tasks
    .filter((task) => task.of === 'task')
    .map((task) => ({
      kind: 'Task' as const,
      record: task.record,
      targets: [{ task: task.record, queue: queueOfTask(task) }],
    }))
  const messages = queues.flatMap(({ record, consumer }) =>
    consumer === null ? [] : [{ kind: 'Queue' as const, record, targets: [{ task: consumer, queue: record }] }],
  )
  const publications = topics.map(({ record, subscribers }) => ({
    kind: 'Topic' as const,
    record,
    targets: subscribers.map((task) => ({ task, queue: queueOf(task) })),
  }))
  return [...calls, ...messages, ...publications]
}
