import type { FunctionConfig, Named, StackConfig, StackCron, StackQueue, StackTask, StackTopic } from './app-config.js'
import { kebabCase } from '../model/kebab-case.js'
import { cronExpression } from './cron-expression.js'
import { proxyKey } from './entry-names.js'
import type { ConsumerOutput, CronOutput, QueueOutput, StackOutput, TaskOutput } from './file-schema.js'
import { type RawStack, recordOf } from './raw-stack.js'
import { isPath, referenceOf } from './task-reference.js'

/** 1 + `retryAttempts` of a task that says nothing. */
const MAX_TRIES_DEFAULT = 3

/** The queue of a task that says nothing. */
const QUEUE_DEFAULT = 'default'

/** Makes of a stack, found to be right, what it stands for. */
export function buildStack(
  stack: RawStack,
  resolve: (consumer: ConsumerOutput, file: string) => FunctionConfig,
): StackConfig {
  const { written, source } = stack
  const { tasks = {}, crons = {}, queues = {}, topics = {} } = stack.value as StackOutput
  const functionOf = (consumer: ConsumerOutput): FunctionConfig => resolve(consumer, source.file)
  const own: StackTask[] = []

  /** The task that a cron or a queue names, or one made for its consumer. */
  const taskOf = (
    of: 'cron' | 'queue',
    entry: Named,
    consumer: ConsumerOutput,
    said: { readonly maxTries: number | null; readonly queue: string },
  ): string => {
    if (typeof consumer === 'string' && !isPath(consumer)) return referenceOf(consumer, written)
    const record = `${kebabCase(written)}:${of}:${entry.name}`
    const { key, name } = entry
    const { queue, maxTries } = said
    own.push({ key, name, record, of, consumer: functionOf(consumer), maxTries: maxTries ?? MAX_TRIES_DEFAULT, queue })
    return record
  }

  const builtCrons = Object.entries(crons).map(([entry, cron]) =>
    buildCron(named(written, entry), cron, written, taskOf),
  )
  const builtQueues = Object.entries(queues).map(([entry, queue]) => buildQueue(named(written, entry), queue, taskOf))
  return {
    key: proxyKey(written),
    name: kebabCase(written),
    file: source.file,
    tasks: [
      ...Object.entries(tasks).map(([entry, task]) => buildTask(named(written, entry), task, written, functionOf)),
      ...own,
    ],
    crons: builtCrons,
    queues: builtQueues,
    topics: Object.entries(topics).map(([entry, subscribers]) =>
      buildTopic(named(written, entry), subscribers, written),
    ),
  }
}

type TaskOf = (
  of: 'cron' | 'queue',
  entry: Named,
  consumer: ConsumerOutput,
  said: { readonly maxTries: number | null; readonly queue: string },
) => string

function named(stack: string, written: string): Named {
  return { key: proxyKey(written), name: kebabCase(written), record: recordOf(stack, written) }
}

function buildTask(
  entry: Named,
  task: TaskOutput,
  stack: string,
  functionOf: (consumer: ConsumerOutput) => FunctionConfig,
): StackTask {
  const said = typeof task === 'string' ? { consumer: task } : task
  const { queue = QUEUE_DEFAULT } = said
  return {
    ...entry,
    of: 'task',
    consumer: functionOf(said.consumer),
    maxTries: triesOf(said) ?? MAX_TRIES_DEFAULT,
    queue: queue === QUEUE_DEFAULT ? queue : referenceOf(queue, stack),
  }
}

function buildCron(entry: Named, cron: CronOutput, stack: string, taskOf: TaskOf): StackCron {
  const { schedule, timeZone = 'UTC', task, consumer = '', payload, enabled = true } = cron
  const maxTries = triesOf(cron)
  return {
    ...entry,
    schedule: cronExpression(schedule),
    timeZone,
    task:
      task === undefined
        ? taskOf('cron', entry, consumer, { maxTries, queue: QUEUE_DEFAULT })
        : referenceOf(task, stack),
    payload: payload ?? null,
    hasPayload: payload !== undefined,
    enabled,
    maxTries,
  }
}

function buildQueue(entry: Named, queue: QueueOutput, taskOf: TaskOf): StackQueue {
  const said = typeof queue === 'string' ? { consumer: queue } : queue
  const { consumer, batchSize = 1, concurrency = null } = said
  const tries = { maxTries: triesOf(said), queue: entry.record }
  return {
    ...entry,
    consumer: consumer === undefined ? null : taskOf('queue', entry, consumer, tries),
    batchSize,
    concurrency,
  }
}

function buildTopic(entry: Named, subscribers: readonly string[], stack: string): StackTopic {
  return { ...entry, subscribers: subscribers.map((subscriber) => referenceOf(subscriber, stack)) }
}

function triesOf({
  retryAttempts,
  maxTries,
}: {
  readonly retryAttempts?: number | undefined
  readonly maxTries?: number | undefined
}): number | null {
  return maxTries ?? (retryAttempts === undefined ? null : 1 + retryAttempts)
}
