import { isFinished } from '../../model/job-state.js'
import type { CancelOutcome, DeleteOutcome, RetryOutcome } from '../../port/job-store.js'
import type { Commit } from './commit.js'
import type { StoredJob } from './state.js'
import { becomeDue, leave, move, releaseChildren, replace } from './transitions.js'

/** Calls one job off; see `JobStore.cancel`. */
export function cancelJob(commit: Commit, id: string, reason: string | null): CancelOutcome {
  const job = commit.state.jobs.get(id)
  if (job === undefined) return 'unknown'
  if (isFinished(job.state)) return 'finished'
  if (job.state !== 'running') {
    move(commit, job, 'cancel', () => (job.cancelReason = reason))
    return 'cancelled'
  }
  if (!job.cancelRequested) job.cancelReason = reason
  job.cancelRequested = true
  commit.state.cancelRequests.add(job)
  commit.hints.add('cancel')
  return 'requested'
}

/** Makes one job due at once; see `JobStore.retry`. */
export function retryJob(commit: Commit, id: string): RetryOutcome {
  const job = commit.state.jobs.get(id)
  if (job === undefined) return 'unknown'
  if (job.state === 'running') return 'running'
  if (job.state === 'blocked') return 'pending'
  if (job.state === 'pending') return hasten(commit, job)
  if (job.uniqueKey !== null && commit.state.uniqueKeys.has(job.uniqueKey)) return 'duplicate'
  move(commit, job, 'reopen', () => {
    job.fence += 1
    job.tries = 0
    job.failure = null
    job.cancelReason = null
    job.result = null
    becomeDue(job, commit.now)
  })
  return 'retried'
}

/** Removes one job; see `JobStore.delete`. */
export function deleteJob(commit: Commit, id: string): DeleteOutcome {
  const job = commit.state.jobs.get(id)
  if (job === undefined) return 'unknown'
  if (job.state === 'running') return 'running'
  releaseChildren(commit, job)
  leave(commit, job)
  return 'deleted'
}

function hasten(commit: Commit, job: StoredJob): RetryOutcome {
  if (job.dueAt <= commit.now) return 'pending'
  replace(commit, job, () => becomeDue(job, commit.now))
  return 'retried'
}
