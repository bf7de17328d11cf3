import { JOB_STATES, type JobState } from '../model/job-state.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { Backend } from '../port/backend.js'
import type { QueueRecord } from '../port/control-store.js'

/** A queue with its maintained figures. */
export interface QueueFigures {
  readonly queue: QueueRecord
  /** On record now, by state. */
  readonly counts: Readonly<Record<JobState, number>>
  /** Ever entered, by state; survives retention. */
  readonly totals: Readonly<Record<JobState, number>>
  /** How long the oldest job that could start has been waiting; 0 when none does. */
  readonly lagMs: DurationMs
}

/** The figures of all queues, by name. */
export async function queueFigures(
  backend: Backend,
  now: EpochMs,
  signal: AbortSignal,
): Promise<readonly QueueFigures[]> {
  const [queues, counts, lags] = await Promise.all([
    backend.control.listQueues({ signal }),
    backend.inspector.counts({ signal }),
    backend.inspector.lag({ signal }),
  ])
  const dueAt = new Map(lags.map((lag) => [lag.queue, lag.dueAt]))
  return queues.map((queue) => {
    const own = counts.filter((one) => one.queue === queue.name)
    return {
      queue,
      counts: sumByState(own, 'count'),
      totals: sumByState(own, 'total'),
      lagMs: Math.max(0, now - (dueAt.get(queue.name) ?? now)),
    }
  })
}

/** A queue as `--json` prints it; lengths of time in milliseconds, null for the default. */
export function queueDocument({ queue, counts, totals, lagMs }: QueueFigures): Record<string, unknown> {
  return { ...queueSettings(queue), counts, totals, lagMs }
}

/** The settings of a queue, key by key, so that what a store keeps beside them is not printed. */
export function queueSettings(queue: QueueRecord): QueueRecord {
  const { name, paused, concurrency, completedForMs, completedMax, failedForMs } = queue
  return { name, paused, concurrency, completedForMs, completedMax, failedForMs }
}

/** Adds up counters of several queues or tasks. */
export function sumByState(
  counts: readonly { readonly state: JobState; readonly count: number; readonly total: number }[],
  figure: 'count' | 'total',
): Record<JobState, number> {
  const sums = Object.fromEntries(JOB_STATES.map((state) => [state, 0])) as Record<JobState, number>
  for (const one of counts) sums[one.state] += one[figure]
  return sums
}
