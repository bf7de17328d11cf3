import type { AppConfig } from '../../config/app-config.js'

/** What failures and log events call where they come from: `orders:task:process-order`, `orders:queue:paid`. */
export interface ResourceNames {
  /** Of a task on record. */
  ofTask(record: string): string
  /** Of the queue whose messages a task gets; null where the jobs of that queue are no messages to it. */
  ofMessages(queue: string, task: string): string | null
}

/** The names of an app's resources. A task that is not of its stacks keeps its name. */
export function resourceNames({ stacks }: Pick<AppConfig, 'stacks'>): ResourceNames {
  const tasks = new Map<string, string>()
  const consumers = new Map<string, { readonly task: string; readonly name: string }>()
  for (const stack of stacks) {
    // The record of a consumer of a cron or a queue says what it is of already.
    for (const task of stack.tasks) {
      tasks.set(task.record, task.of === 'task' ? `${stack.name}:task:${task.name}` : task.record)
    }
    for (const { name, record, consumer } of stack.queues) {
      if (consumer !== null) consumers.set(record, { task: consumer, name: `${stack.name}:queue:${name}` })
    }
  }
  return {
    ofTask: (record) => tasks.get(record) ?? record,
    ofMessages: (queue, task) => {
      const consumer = consumers.get(queue)
      return consumer?.task === task ? consumer.name : null
    },
  }
}

/** The tasks of an app that are of no stack. No stack can have them: its own records have two parts, or say cron or queue. */
export function onFailureTask({ app }: Pick<AppConfig, 'app'>): string {
  return `${app}:app:on-failure`
}

/** See `onFailureTask`. */
export function onErrorLogTask({ app }: Pick<AppConfig, 'app'>): string {
  return `${app}:app:on-error-log`
}
