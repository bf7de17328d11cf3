import { queueOfTask } from '../../app/config-routes.js'
import type { AppConfig, StackTask } from '../../config/app-config.js'
import { batchConsumers } from '../batch-consumers.js'

/** How the limits of an app over its whole fleet are kept. */
export interface FleetLimits {
  /** Jobs of a queue that run at one time; null: no limit. The store keeps these. */
  readonly queues: ReadonlyMap<string, number | null>
  /** Runs of a function at one time, by its task on record. */
  readonly slots: ReadonlyMap<string, SlotLimit>
}

/** A limit that runs keep by slots. */
export interface SlotLimit {
  readonly count: number
  /** The queue whose limit keeps it: only jobs in other queues need a slot. null: no queue does. */
  readonly queue: string | null
}

/**
 * The limits that a config says. `reserved` of a function is the limit of its queue where that is its alone and has all of its jobs,
 * which costs nothing; elsewhere its runs have to share slots. So have those of jobs that were put into another queue before it had one.
 */
export function fleetLimits({ stacks }: Pick<AppConfig, 'stacks'>): FleetLimits {
  const tasks = stacks.flatMap((stack) => stack.tasks)
  const entries = stacks.flatMap((stack) => stack.queues)
  const limits = new Map<string, number | null>(entries.map(({ concurrency, record }) => [record, concurrency]))
  const slots = new Map<string, SlotLimit>()
  const batches = batchConsumers({ stacks })
  const queuesOf = (task: StackTask): ReadonlySet<string> =>
    new Set([
      queueOfTask(task),
      ...entries.flatMap(({ consumer, record }) => (consumer === task.record ? [record] : [])),
    ])
  const users = (queue: string): number => tasks.filter((task) => queuesOf(task).has(queue)).length
  for (const task of tasks) {
    const { reserved } = task.consumer
    if (reserved === null || reserved === 0) continue
    const [queue, ...others] = queuesOf(task)
    if (queue === undefined || others.length > 0 || users(queue) > 1) {
      slots.set(task.record, { count: reserved, queue: null })
      continue
    }
    slots.set(task.record, { count: reserved, queue })
    // A run takes as many jobs as its list is long.
    const jobs = reserved * (batches.get(task.record)?.get(queue) ?? 1)
    limits.set(queue, Math.min(limits.get(queue) ?? jobs, jobs))
  }
  return { queues: limits, slots }
}
