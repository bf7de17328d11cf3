import { stopwatch } from '../../async/stopwatch.js'
import type { AppConfig, StackTask } from '../../config/app-config.js'
import type { Clock } from '../../model/clock.js'
import type { HandlerContext } from '../../model/handler-context.js'
import { task, type TaskOn, withContractStamp } from '../../model/task-definition.js'
import { queueOfTask } from '../../app/config-routes.js'
import { type BatchSizes, batchConsumers } from '../batch-consumers.js'
import { BatchGatherer, type RunBatch } from './batch-gatherer.js'
import type { ErrorLog } from './error-log.js'
import { systemLog, withFunctionLog } from './function-log.js'
import type { FleetSlots, Slot } from './fleet-slots.js'
import type { FunctionRunner } from './function-runner.js'
import type { ResourceNames } from './resource-names.js'

/** What the tasks of stacks are run with. */
export interface StackTasksParts {
  readonly config: Pick<AppConfig, 'stacks' | 'contracts'>
  readonly runnerOf: (record: string) => FunctionRunner
  readonly names: ResourceNames
  /** null: nobody wants to hear of errors. */
  readonly errors: ErrorLog | null
  readonly clock: Clock
  /** The slots of functions with a limit, by their tasks on record, and the queue whose jobs need none. */
  readonly slots: ReadonlyMap<string, { readonly fleet: FleetSlots; readonly queue: string | null }>
}

type Run = (payload: unknown, context: HandlerContext) => Promise<unknown>

/** The tasks of all stacks, as a rota takes them. */
export function stackTasks({ config, ...parts }: StackTasksParts): readonly TaskOn<never>[] {
  const consumers = batchConsumers(config)
  return config.stacks.flatMap(({ tasks }) =>
    tasks.map((one) =>
      // Judged where the function runs; here it is only written on the payloads of those who call.
      withContractStamp(
        stackTask(one, consumers.get(one.record) ?? null, parts),
        config.contracts?.[one.record]?.stamp,
      ),
    ),
  )
}

function stackTask(
  stackTask: StackTask,
  batchSizes: BatchSizes | null,
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
  if (batchSizes === null) return task<unknown>(record, { ...policy, run })
  return task<unknown>(record, { ...policy, run: inBatches(run, batchSizes, parts.clock) })
}

/** Runs a function that gets lists: of the messages of one queue as long as that says, of everything else of one. */
function inBatches(run: RunBatch, sizes: BatchSizes, clock: Clock): Run {
  const gatherers = new Map([...sizes].map(([queue, size]) => [queue, new BatchGatherer({ size, run, clock })]))
  const alone = new BatchGatherer({ size: 1, run, clock })
  return (payload, context) => (gatherers.get(context.job.queue) ?? alone).add(payload, context)
}

function runnerWithLog(
  { consumer, record }: StackTask,
  { clock, errors, names, runnerOf, slots }: Omit<StackTasksParts, 'config'>,
): Run {
  const runner = runnerOf(record)
  const origin = names.ofTask(record)
  const limit = slots.get(record)
  return async (payload, context) => {
    const fleet = limit === undefined || limit.queue === context.job.queue ? undefined : limit.fleet
    const slot = await slotOf(fleet, context)
    if (slot === null) return context.snooze(fleet?.restMs() ?? 0)
    const told = errors?.ofAttempt(context, origin)
    const system = systemLog(context, consumer.log)
    const tookMs = stopwatch(clock)
    system.started()
    try {
      const heard = withFunctionLog(context, consumer.log, (level, line) => told?.line(level, line))
      const result = await runner.run(payload, heard)
      system.ended(tookMs())
      return result
    } catch (error) {
      system.failed(tookMs(), error)
      told?.thrown(error)
      throw error
    } finally {
      await slot?.release()
    }
  }
}

/** undefined: none is needed; null: there is none now. A store that does not answer costs no try, since nothing of the job has run. */
async function slotOf(
  fleet: FleetSlots | undefined,
  { log, signal }: HandlerContext,
): Promise<Slot | null | undefined> {
  try {
    return await fleet?.take(signal)
  } catch (error) {
    signal.throwIfAborted()
    log.warn(`waits for a slot: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}
