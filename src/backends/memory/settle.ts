import type { Due } from '../../model/job.js'
import { dueAt } from '../../model/job.js'
import type { Settlement } from '../../model/lease.js'
import type { NewJob } from '../../model/job.js'
import type { SettleOutcome } from '../../port/job-store.js'
import type { Commit } from './commit.js'
import { copyValue, insertJobs, refuseUnknownParents } from './enqueue.js'
import { heldBy, openReceipt } from './receipts.js'
import { trimCompleted } from './retention.js'
import type { StoredJob } from './state.js'
import { becomeDue, move } from './transitions.js'

/** `JobDetails.errors` keeps as many. */
const ERRORS_MAX = 10

/** Records how attempts ended; see `JobStore.settle`. */
export function settleJobs(commit: Commit, settlements: readonly Settlement[]): readonly SettleOutcome[] {
  const winners = settlements.filter(({ receipt }) => heldBy(commit.state, receipt)?.cancelRequested === false)
  refuseUnknownParents(commit.state, winners.flatMap(followUpsOf))
  const completed = new Map<string, number>()
  const outcomes = settlements.map((settlement) => settleJob(commit, settlement, completed))
  trimCompleted(commit, completed)
  return outcomes
}

/** The jobs that come with a settlement. */
export function followUpsOf(settlement: Settlement): readonly NewJob[] {
  return 'followUps' in settlement ? (settlement.followUps ?? []) : []
}

function settleJob(commit: Commit, settlement: Settlement, completed: Map<string, number>): SettleOutcome {
  const opened = openReceipt(commit.state, settlement.receipt)
  if (opened === null) return 'lost'
  const { job, fence } = opened
  if (fence === job.settledFence) return 'settled'
  if (job.state !== 'running' || job.fence !== fence) return 'lost'
  job.settledFence = fence
  if (job.cancelRequested) {
    move(commit, job, 'cancel')
    return 'settled'
  }
  apply(commit, job, settlement)
  if (settlement.kind === 'complete') completed.set(job.queue, (completed.get(job.queue) ?? 0) + 1)
  insertJobs(commit, followUpsOf(settlement))
  return 'settled'
}

function apply(commit: Commit, job: StoredJob, settlement: Settlement): void {
  switch (settlement.kind) {
    case 'complete':
      return move(commit, job, 'complete', () => (job.result = copyValue(settlement.result)))
    case 'retry':
      return wait(commit, job, 'retry', settlement.due, () => {
        job.tries += 1
        noteError(commit, job, settlement.error)
      })
    case 'snooze':
      return wait(commit, job, 'snooze', settlement.due)
    case 'release':
      return move(commit, job, 'release', () => becomeDue(job, job.dueAt))
    case 'again':
      return wait(commit, job, 'again', settlement.due, () => {
        job.tries = 0
        job.iterations += 1
        job.payload = copyValue(settlement.payload)
      })
    case 'fail':
      return move(commit, job, 'fail', () => {
        job.failure = settlement.failure
        if (settlement.spendsTry) job.tries += 1
        if (settlement.error !== null) noteError(commit, job, settlement.error)
      })
    case 'cancel':
      return move(commit, job, 'cancel', () => (job.cancelReason = settlement.reason))
  }
}

/** Back among the waiting ones after something was learned about the job: it has settled, so it is not suspect any more. */
function wait(
  commit: Commit,
  job: StoredJob,
  action: 'retry' | 'snooze' | 'again',
  due: Due,
  change?: () => void,
): void {
  move(commit, job, action, () => {
    change?.()
    job.suspect = false
    becomeDue(job, dueAt(due, commit.now))
  })
}

function noteError(commit: Commit, job: StoredJob, error: string): void {
  job.error = error
  job.errors.push({ at: commit.now, error })
  if (job.errors.length > ERRORS_MAX) job.errors.shift()
}
