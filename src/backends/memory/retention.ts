import type { QueueSettings } from '../../port/control-store.js'
import type { EpochMs } from '../../model/units.js'
import type { Commit } from './commit.js'
import { QUEUE_SETTINGS_DEFAULT } from './control-store.js'
import { queueOf, type Finished, type StoredJob, type StoredQueue } from './state.js'
import { leave } from './transitions.js'

/** Retention of a queue that says nothing, from `QueueSettings`. */
const COMPLETED_FOR_MS = 86_400_000
const COMPLETED_MAX = 100_000
const FAILED_FOR_MS = 14 * 86_400_000

/** Completed jobs above what a queue keeps that wait for maintenance: some 1 MB, and time to look at the last results. */
const EXCESS_MAX = 1_000

/** Removes finished jobs that have stayed long enough, the oldest first, at most `limit`, and says how many those were. */
export function pruneJobs(commit: Commit, limit: number): number {
  let pruned = 0
  for (const rule of rulesOf(commit)) {
    for (; pruned < limit; pruned += 1) {
      const job = rule.jobs.first()
      if (job === undefined || pruneAt(rule, job) > commit.now) break
      leave(commit, job)
    }
  }
  return pruned
}

/**
 * Removes completed jobs above what their queue keeps, twice as many as just completed, so that memory stays bounded between
 * two ticks of maintenance. `completed`: how many jobs of each queue just did.
 */
export function trimCompleted(commit: Commit, completed: ReadonlyMap<string, number>): void {
  for (const [name, count] of completed) {
    const { completed: jobs } = queueOf(commit.state, name)
    const max = (commit.state.settings.get(name) ?? QUEUE_SETTINGS_DEFAULT).completedMax ?? COMPLETED_MAX
    const excess = jobs.size - max - EXCESS_MAX
    for (let left = Math.min(excess, 2 * count); left > 0; left -= 1) {
      const job = jobs.first()
      if (job !== undefined) leave(commit, job)
    }
  }
}

/** When the next finished job has stayed long enough; null when there is none. */
export function nextPruneAt(commit: Commit): EpochMs | null {
  let next: EpochMs | null = null
  for (const rule of rulesOf(commit)) {
    const job = rule.jobs.first()
    if (job !== undefined) next = Math.min(next ?? Number.POSITIVE_INFINITY, pruneAt(rule, job))
  }
  return next
}

interface Rule {
  readonly jobs: Finished
  readonly forMs: number
  readonly max: number
}

function pruneAt({ jobs, forMs, max }: Rule, { finishedAt }: StoredJob): EpochMs {
  return (finishedAt ?? 0) + (jobs.size > max ? 0 : forMs)
}

function* rulesOf({ state }: Commit): Generator<Rule> {
  for (const [name, queue] of state.queues)
    yield* rulesOfQueue(queue, state.settings.get(name) ?? QUEUE_SETTINGS_DEFAULT)
}

function rulesOfQueue(queue: StoredQueue, settings: QueueSettings): readonly Rule[] {
  const failedForMs = settings.failedForMs ?? FAILED_FOR_MS
  return [
    {
      jobs: queue.completed,
      forMs: settings.completedForMs ?? COMPLETED_FOR_MS,
      max: settings.completedMax ?? COMPLETED_MAX,
    },
    { jobs: queue.failed, forMs: failedForMs, max: Number.POSITIVE_INFINITY },
    { jobs: queue.cancelled, forMs: failedForMs, max: Number.POSITIVE_INFINITY },
  ]
}
