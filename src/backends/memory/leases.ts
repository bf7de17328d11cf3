import type { Receipt } from '../../model/lease.js'
import { RESULT_BYTES_MAX, type DurationMs } from '../../model/units.js'
import type { ExtendOutcome, Report } from '../../port/job-store.js'
import type { Commit } from './commit.js'
import { copyValue } from './enqueue.js'
import { heldBy } from './receipts.js'
import type { StoredJob, StoredQueue } from './state.js'
import { becomeDue, move, replace } from './transitions.js'

/** Takes back leases of a queue that have ended, at most `limit`, and says how many those were. */
export function reclaimLeases(commit: Commit, queue: StoredQueue, limit: number): number {
  let reclaimed = 0
  for (; reclaimed < limit; reclaimed += 1) {
    const job = queue.leases.first()
    if (job?.visibleAt == null || job.visibleAt > commit.now) break
    reclaim(commit, job, job.visibleAt)
  }
  return reclaimed
}

/** Moves the ends of leases; see `JobStore.extend`. */
export function extendLease(commit: Commit, receipt: Receipt, leaseMs: DurationMs): ExtendOutcome {
  const job = heldBy(commit.state, receipt)
  if (job === null) return 'lost'
  replace(commit, job, () => (job.visibleAt = commit.now + leaseMs))
  return job.cancelRequested ? 'cancel-requested' : 'extended'
}

/** Records what an attempt tells; see `JobStore.report`. */
export function record(commit: Commit, report: Report): 'recorded' | 'lost' {
  const job = heldBy(commit.state, report.receipt)
  if (job === null) return 'lost'
  if (report.progress !== undefined) job.progress = copyValue(report.progress)
  for (const step of report.steps ?? []) job.steps.set(step.key, { json: step.value.json, note: step.value.note })
  for (const { at, level, message } of report.logs ?? []) {
    job.logs.push({ at, level, message })
    job.logBytes += Buffer.byteLength(message)
  }
  while (job.logBytes > RESULT_BYTES_MAX) job.logBytes -= Buffer.byteLength(job.logs.shift()?.message ?? '')
  return 'recorded'
}

function reclaim(commit: Commit, job: StoredJob, endedAt: number): void {
  // An acknowledged cancel must not start again.
  if (job.cancelRequested) {
    job.fence += 1
    move(commit, job, 'cancel')
    return
  }
  move(commit, job, 'expire', () => {
    job.fence += 1
    // A job that had lost a lease before was alone with its worker; the neighbours of the others are suspects, not culprits.
    if (job.suspect) job.tries += 1
    job.suspect = true
    becomeDue(job, endedAt)
  })
}
