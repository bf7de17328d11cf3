import { checkOptionNames } from '../model/option-names.js'
import { checkConcurrency, readQueueSettings } from '../worker/queue-settings.js'
import type { SchedulerSettings, WorkerSettings } from './services.js'

const WORKER_NAMES: ReadonlySet<string> = new Set<keyof WorkerSettings>([
  'attemptEvents',
  'callTimeout',
  'concurrency',
  'grace',
  'lease',
  'logger',
  'node',
  'onEvent',
  'onlyQueues',
  'pollInterval',
  'queues',
  'timeoutGrace',
])

const SCHEDULER_NAMES: ReadonlySet<string> = new Set<keyof SchedulerSettings>([
  'callTimeout',
  'logger',
  'name',
  'node',
  'onEvent',
  'pollInterval',
])

/** Throws a `TypeError` that begins with `what` for a setting that no worker reads, and for a concurrency that none can have. */
export function checkWorkerSettings(what: string, settings: WorkerSettings): void {
  checkOptionNames(what, settings, WORKER_NAMES)
  const { concurrency = 1, queues = {} } = settings
  checkConcurrency(concurrency, `${what}: concurrency`)
  readQueueSettings(what, queues)
}

/** Throws a `TypeError` that begins with `what` for a setting that no scheduler reads. */
export function checkSchedulerSettings(what: string, settings: SchedulerSettings): void {
  checkOptionNames(what, settings, SCHEDULER_NAMES)
}
