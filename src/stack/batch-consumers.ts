import type { AppConfig } from '../config/app-config.js'

/** The queues that hand a task lists of messages, and how long those are at most; by the record of the queue. */
export type BatchSizes = ReadonlyMap<string, number>

/**
 * The tasks whose functions get lists, by their records: those that consume a queue with a `batchSize` above 1. They get lists from
 * everywhere, since a function has one parameter type: a call, a cron and a topic hand it a list of one.
 */
export function batchConsumers({ stacks }: Pick<AppConfig, 'stacks'>): ReadonlyMap<string, BatchSizes> {
  const consumers = new Map<string, Map<string, number>>()
  for (const { batchSize, consumer, record } of stacks.flatMap(({ queues }) => queues)) {
    if (consumer === null || batchSize === 1) continue
    const sizes = consumers.get(consumer) ?? new Map<string, number>()
    consumers.set(consumer, sizes.set(record, batchSize))
  }
  return consumers
}
