import { JOB_STATES } from '../../model/job-state.js'
import { checkPage } from '../../port/checks.js'
import type { CountRecord, Inspector, JobDetails } from '../../port/inspector.js'
import type { EpochMs } from '../../model/units.js'
import type { Handle } from './handle.js'
import { listJobs } from './list.js'
import { recordOf } from './records.js'
import { byName, type MemoryState, type StoredJob, type StoredQueue } from './state.js'

export function createInspector(handle: Handle): Inspector {
  return {
    async get(params) {
      return handle.read(params, ({ jobs }) => params.ids.map((id) => withJob(jobs.get(id), recordOf)))
    },

    async details(params) {
      return handle.read(params, ({ jobs }) => params.ids.map((id) => withJob(jobs.get(id), detailsOf)))
    },

    async list(params) {
      checkPage('inspector.list', params.limit)
      return handle.read(params, (state) => listJobs(state, params))
    },

    async counts(params) {
      return handle.read(params, (state) => countsOf(state, params.queues))
    },

    async lag(params) {
      const now = handle.clock.now()
      return handle.read(params, ({ queues }) =>
        [...queues].flatMap(([queue, stored]) => {
          const dueAt = oldestDue(stored, now)
          return dueAt === null ? [] : [{ queue, dueAt }]
        }),
      )
    },

    async describe(params) {
      return handle.read(params, (state) => [
        { label: 'store', value: 'memory' },
        { label: 'place', value: `process ${process.pid}` },
        { label: 'jobs', value: String(state.jobs.size) },
      ])
    },
  }
}

function withJob<Result>(job: StoredJob | undefined, shown: (job: StoredJob) => Result): Result | null {
  return job === undefined ? null : shown(job)
}

function detailsOf(job: StoredJob): JobDetails {
  return {
    progress: job.progress,
    logs: [...job.logs],
    steps: [...job.steps].map(([key, value]) => ({ key, value })),
    errors: [...job.errors],
  }
}

function countsOf(state: MemoryState, names: readonly string[] | undefined): readonly CountRecord[] {
  const records: CountRecord[] = []
  for (const [queue, tasks] of state.counters) {
    if (names !== undefined && !names.includes(queue)) continue
    for (const [task, counters] of tasks) {
      for (const of of JOB_STATES) {
        const { count, total } = counters[of]
        if (total > 0) records.push({ queue, task, state: of, count, total })
      }
    }
  }
  return records.sort((a, b) => byName(a.queue, b.queue) || byName(a.task, b.task))
}

function oldestDue(queue: StoredQueue, now: EpochMs): EpochMs | null {
  let oldest: EpochMs | null = null
  for (const lane of [...queue.lanes.values()].flat()) {
    const at = lane.first()?.dueAt ?? Number.POSITIVE_INFINITY
    if (at <= now && (oldest === null || at < oldest)) oldest = at
  }
  return oldest
}
