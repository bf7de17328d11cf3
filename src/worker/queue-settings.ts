import { checkName } from '../model/names.js'
import { checkOptionNames } from '../model/option-names.js'

/** How many handlers of single queues may run at one time. */
export type QueueSettings = Readonly<Record<string, number | { readonly concurrency?: number | undefined }>>

const QUEUE_OPTION_NAMES: ReadonlySet<string> = new Set(['concurrency'])

const CONCURRENCY_MAX = 100_000

/** The concurrency of the queues that say one. Throws a `TypeError` that begins with `what`. */
export function readQueueSettings(what: string, settings: QueueSettings): ReadonlyMap<string, number> {
  const read = new Map<string, number>()
  for (const [queue, setting] of Object.entries(settings)) {
    checkName('queue', queue)
    if (typeof setting === 'object') checkOptionNames(`${what}: queue "${queue}"`, setting, QUEUE_OPTION_NAMES)
    const limit = typeof setting === 'object' ? setting.concurrency : setting
    if (limit !== undefined) read.set(queue, checkConcurrency(limit, `${what}: concurrency of queue "${queue}"`))
  }
  return read
}

/** Throws a `TypeError` that begins with `what` for anything but a whole number from 1 to 100,000. */
export function checkConcurrency(value: number, what: string): number {
  if (Number.isInteger(value) && value >= 1 && value <= CONCURRENCY_MAX) return value
  throw new TypeError(`${what}: expected a whole number from 1 to ${CONCURRENCY_MAX}, got ${String(value)}`)
}
