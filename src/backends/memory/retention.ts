import type { EpochMs } from '../../model/units.js'
import { type Retention, retentionOf } from '../../port/retention.js'
import type { Commit } from './commit.js'
import { queueOf, type Finished, type StoredJob, type StoredQueue } from './state.js'
import { leave } from './transitions.js'

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
    const { completedMax } = retentionOf(commit.state.settings.get(name))
    const excess = jobs.size - completedMax - EXCESS_MAX
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
  for (const [name, queue] of state.queues) yield* rulesOfQueue(queue, retentionOf(state.settings.get(name)))
}

function rulesOfQueue(queue: StoredQueue, { completedForMs, completedMax, failedForMs }: Retention): readonly Rule[] {
  return [
    { jobs: queue.completed, forMs: completedForMs, max: completedMax },
    { jobs: queue.failed, forMs: failedForMs, max: Number.POSITIVE_INFINITY },
    { jobs: queue.cancelled, forMs: failedForMs, max: Number.POSITIVE_INFINITY },
  ]
}
