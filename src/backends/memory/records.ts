import type { JobRecord } from '../../model/job.js'
import type { StoredJob } from './state.js'

/** What the inspector shows of a job. */
export function recordOf(job: StoredJob): JobRecord {
  return {
    id: job.id,
    task: job.task,
    queue: job.queue,
    priority: job.priority,
    state: job.state,
    failure: job.failure,
    cancelReason: job.cancelReason,
    payload: job.payload,
    headers: job.headers,
    enqueuedAt: job.enqueuedAt,
    visibleAt: job.visibleAt,
    finishedAt: job.finishedAt,
    deadline: job.deadline,
    tries: job.tries,
    maxTries: job.maxTries,
    iterations: job.iterations,
    fence: job.fence,
    suspect: job.suspect,
    workerId: job.workerId,
    cancelRequested: job.cancelRequested,
    uniqueKey: job.uniqueKey,
    tick: job.tick,
    result: job.result,
    error: job.error,
  }
}
