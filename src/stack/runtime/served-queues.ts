import type { AppConfig } from '../../config/app-config.js'
import { QUEUE_DEFAULT } from '../../model/policy.js'

/** Jobs of one queue that one worker runs at a time, as for its other queues. */
const CONCURRENCY = 100

/**
 * The queues that a worker serves beside those of its tasks, and how many jobs of each it runs at a time. Messages to a task come in
 * queues of their own. And the queue of a task is not for ever: `reserved` gives it another, an entry may be renamed. What was enqueued
 * before, and what is scheduled for next month, stays in the queue that it was put into; so the queues of its stacks that the store
 * has on record are served too, whatever the config says of them now. A worker takes only jobs of tasks that it knows.
 */
export function servedQueues(
  { stacks }: Pick<AppConfig, 'stacks'>,
  onRecord: readonly string[],
  concurrency = CONCURRENCY,
): Readonly<Record<string, number>> {
  const beginnings = new Set(stacks.map(({ name }) => `${name}:`))
  const entries = stacks.flatMap((stack) => stack.queues.filter(({ consumer }) => consumer !== null))
  const left = onRecord.filter((queue) => beginnings.has(queue.slice(0, queue.indexOf(':') + 1)))
  const served = [QUEUE_DEFAULT, ...entries.map(({ record }) => record), ...left]
  return Object.fromEntries(served.map((queue) => [queue, concurrency]))
}
