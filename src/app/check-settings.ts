import { checkOptionNames } from '../model/option-names.js'
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

/** Throws a `TypeError` that begins with `what` for a setting that no worker reads. */
export function checkWorkerSettings(what: string, settings: WorkerSettings): void {
  checkOptionNames(what, settings, WORKER_NAMES)
}

/** Throws a `TypeError` that begins with `what` for a setting that no scheduler reads. */
export function checkSchedulerSettings(what: string, settings: SchedulerSettings): void {
  checkOptionNames(what, settings, SCHEDULER_NAMES)
}
