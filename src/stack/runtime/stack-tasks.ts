import type { AppConfig, StackTask } from '../../config/app-config.js'
import type { Clock } from '../../model/clock.js'
import type { HandlerContext } from '../../model/handler-context.js'
import { task, type TaskOn } from '../../model/task-definition.js'
import { queueOfTask } from '../../app/config-routes.js'
import { BatchGatherer } from './batch-gatherer.js'
import type { ErrorLog } from './error-log.js'
import { withFunctionLog } from './function-log.js'
import type { FunctionRunner } from './function-runner.js'
import type { ResourceNames } from './resource-names.js'

/** What the tasks of stacks are run with. */
export interface StackTasksParts {
  readonly config: Pick<AppConfig, 'stacks'>
  readonly runnerOf: (record: string) => FunctionRunner
  readonly names: ResourceNames
  /** null: nobody wants to hear of errors. */
  readonly errors: ErrorLog | null
  readonly clock: Clock
}

/** The tasks of all stacks, as a rota takes them. */
export function stackTasks({ config, ...parts }: StackTasksParts): readonly TaskOn<never>[] {
  const batchSizes = new Map(
    config.stacks.flatMap(({ queues }) => queues.map(({ record, batchSize }) => [record, batchSize] as const)),
  )
  return config.stacks.flatMap(({ tasks }) => tasks.map((one) => stackTask(one, batchSizes, parts)))
}

function stackTask(
  stackTask: StackTask,
  batchSizes: ReadonlyMap<string, number>,
  parts: Omit<StackTasksParts, 'config'>,
): TaskOn<never> {
  const { consumer, maxTries, record } = stackTask
  const policy = {
    queue: queueOfTask(stackTask),
    maxTries,
    // A child keeps the time of its function itself, from the call on.
    ...(consumer.isolation === 'none' ? { timeout: consumer.timeoutMs } : {}),
  }
  // As on Lambda: none may run. Its jobs wait where people see them.
  if (consumer.reserved === 0) return task<unknown>(record, policy)
  const run = runnerWithLog(stackTask, parts)
  const size = stackTask.of === 'queue' ? (batchSizes.get(stackTask.queue) ?? 1) : 1
  if (size === 1) return task<unknown>(record, { ...policy, run: (payload, context) => run(payload, context) })
  const gatherer = new BatchGatherer({ size, run, clock: parts.clock })
  return task<unknown>(record, { ...policy, run: (payload, context) => gatherer.add(payload, context) })
}

function runnerWithLog(
  { consumer, record }: StackTask,
  { errors, names, runnerOf }: Omit<StackTasksParts, 'config'>,
): (payload: unknown, context: HandlerContext) => Promise<unknown> {
  const runner = runnerOf(record)
  const origin = names.ofTask(record)
  return async (payload, context) => {
    const told = errors?.ofAttempt(context, origin)
    try {
      return await runner.run(
        payload,
        withFunctionLog(context, consumer.log, (level, line) => told?.line(level, line)),
      )
    } catch (error) {
      told?.thrown(error)
      throw error
    }
  }
}
