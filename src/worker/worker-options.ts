import { hostname } from 'node:os'
import type { Clock, IdMaker, Random } from '../model/clock.js'
import { checkName } from '../model/names.js'
import type { DurationInput } from '../model/policy.js'
import type { AnyTask } from '../model/task-definition.js'
import type { DurationMs } from '../model/units.js'
import type { LiveTelemetry } from '../observe/live-telemetry.js'
import type { Backend } from '../port/backend.js'
import type { NodeRecord } from '../port/control-store.js'
import { parseDuration } from '../time/duration.js'
import { uuidMaker } from '../time/ids.js'
import { systemRandom } from '../time/random.js'
import { systemClock } from '../time/system-clock.js'
import { AttemptObserver } from './attempt-observer.js'
import type { WorkerLogger } from './event-sink.js'
import type { Middleware } from './middleware.js'
import { makeTaskTable } from './task-table.js'
import type { TaskTable } from './task-table.js'
import { checkConcurrency, readQueueSettings, type QueueSettings } from './queue-settings.js'
import type { WorkerEvent } from './worker-event.js'

/** How a worker runs jobs. */
export interface WorkerOptions {
  /** Where the jobs are; open. The worker does not close it. */
  readonly backend: Backend
  /** What it can run. Tasks without a handler are passed over: this process only enqueues them. */
  readonly tasks: readonly AnyTask[]
  /** Gets a job for each job that fails of a task that has no on-failure task of its own. */
  readonly onFailure?: AnyTask | undefined
  /** Runs around every handler, the first outermost. */
  readonly middleware?: readonly Middleware[] | undefined
  /** Handlers that may run at one time, over all queues; 1 to 100,000. They share one event loop. @defaultValue 100 */
  readonly concurrency?: number | undefined
  /** The same for single queues, in this process; the queues of the tasks are served also when they are not named here. */
  readonly queues?: QueueSettings | undefined
  /** The only queues to serve. @defaultValue the queues of the tasks and those named in `queues` */
  readonly onlyQueues?: readonly string[] | undefined
  /**
   * How long a job stays invisible to others after its worker has died. Kept alive at a third of its length while a handler runs;
   * must be longer than any handler blocks the event loop. Within the store's limits. @defaultValue `'30 seconds'`
   */
  readonly lease?: DurationInput | undefined
  /** How long a handler may take to heed its aborted signal before a time-out is settled without it. @defaultValue `'1 second'` */
  readonly timeoutGrace?: DurationInput | undefined
  /** How often to look for jobs where the store cannot tell of them. @defaultValue `'1 second'` */
  readonly pollInterval?: DurationInput | undefined
  /** How long one call to the store may take. @defaultValue `'15 seconds'` */
  readonly callTimeout?: DurationInput | undefined
  /** How long running handlers get when the worker is stopped. @defaultValue `'25 seconds'`, Kubernetes kills after 30 */
  readonly grace?: DurationInput | undefined
  /** What the registry says about this process. */
  readonly node?: Partial<Pick<NodeRecord, 'id' | 'kind' | 'host' | 'pid'>> | undefined
  /** Hears of everything that people should know. */
  readonly onEvent?: ((event: WorkerEvent) => void) | undefined
  /** Tells `onEvent` of every start and end too; costs a few microseconds a job. @defaultValue false */
  readonly attemptEvents?: boolean | undefined
  readonly logger?: WorkerLogger | undefined
  /** Gets figures and spans. @defaultValue nobody does */
  readonly telemetry?: LiveTelemetry | null | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  readonly ids?: IdMaker | undefined
}

/** Options with every default filled in, checked, and every length in milliseconds. */
export interface ResolvedWorkerOptions {
  readonly backend: Backend
  readonly tasks: TaskTable
  readonly concurrency: number
  /** The queues to serve and their concurrency. */
  readonly queues: ReadonlyMap<string, number>
  readonly leaseMs: DurationMs
  readonly timeoutGraceMs: DurationMs
  readonly pollMs: DurationMs
  readonly callTimeoutMs: DurationMs
  readonly graceMs: DurationMs
  readonly node: Pick<NodeRecord, 'id' | 'kind' | 'host' | 'pid'>
  readonly onEvent: ((event: WorkerEvent) => void) | undefined
  readonly attemptEvents: boolean
  readonly logger: WorkerLogger | undefined
  readonly observer: AttemptObserver | null
  readonly clock: Clock
  readonly random: Random
  readonly ids: IdMaker
}

const CONCURRENCY_DEFAULT = 100

/** Fills in and checks; the only reader of raw options. Throws a `TypeError` that says what was expected and what came. */
export function resolveWorkerOptions(options: WorkerOptions): ResolvedWorkerOptions {
  const { backend, clock = systemClock, random = systemRandom } = options
  const { leaseMsMin: minMs, leaseMsMax: maxMs } = backend.limits
  const ids = options.ids ?? uuidMaker(clock, random)
  const concurrency = checkConcurrency(options.concurrency ?? CONCURRENCY_DEFAULT, 'worker: concurrency')
  const tasks = makeTaskTable(options.tasks, options.onFailure ?? null, options.middleware ?? [])
  return Object.freeze({
    backend,
    tasks,
    concurrency,
    queues: resolveQueues(options, tasks.queues, concurrency),
    leaseMs: parseDuration(options.lease ?? '30 seconds', 'worker: lease', { minMs, maxMs }),
    timeoutGraceMs: parseDuration(options.timeoutGrace ?? '1 second', 'worker: timeoutGrace'),
    pollMs: parseDuration(options.pollInterval ?? '1 second', 'worker: pollInterval', { minMs: 1 }),
    callTimeoutMs: parseDuration(options.callTimeout ?? '15 seconds', 'worker: callTimeout', { minMs: 1 }),
    graceMs: parseDuration(options.grace ?? '25 seconds', 'worker: grace'),
    node: {
      id: options.node?.id ?? ids.next(),
      kind: options.node?.kind ?? 'worker',
      host: options.node?.host ?? hostname(),
      pid: options.node?.pid ?? process.pid,
    },
    onEvent: options.onEvent,
    attemptEvents: options.attemptEvents ?? false,
    logger: options.logger,
    observer: options.telemetry == null ? null : new AttemptObserver(options.telemetry),
    clock,
    random,
    ids,
  })
}

function resolveQueues(options: WorkerOptions, ofTasks: readonly string[], concurrency: number): Map<string, number> {
  const given = readQueueSettings('worker', options.queues ?? {})
  const served = options.onlyQueues ?? [...new Set([...ofTasks, ...Object.keys(options.queues ?? {})])]
  return new Map(
    served.map((queue) => {
      checkName('queue', queue)
      return [queue, given.get(queue) ?? concurrency]
    }),
  )
}
