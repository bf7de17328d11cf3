import {
  checkClaim,
  checkCount,
  checkEnqueue,
  checkLease,
  checkNoTransaction,
  checkReport,
  checkSettle,
} from '../../port/checks.js'
import type { JobStore } from '../../port/job-store.js'
import { claimJobs } from './claim.js'
import { insertJobs, refuseUnknownParents } from './enqueue.js'
import type { Handle } from './handle.js'
import { extendLease, record } from './leases.js'
import { LIMITS } from './limits.js'
import { cancelJob, deleteJob, retryJob } from './operate.js'
import { settleJobs } from './settle.js'

export function createJobStore(handle: Handle): JobStore {
  return {
    async enqueue(params, tx) {
      checkNoTransaction('enqueue', tx)
      checkEnqueue(params, LIMITS)
      return handle.commit(params, (commit) => {
        refuseUnknownParents(commit.state, params.jobs)
        return insertJobs(commit, params.jobs)
      })
    },

    async claim(params) {
      checkClaim(params, LIMITS)
      return handle.commit(params, (commit) => claimJobs(commit, params))
    },

    async extend(params) {
      checkCount('extend', 'receipts', params.receipts.length, LIMITS.settleItems)
      checkLease('extend', params.leaseMs, LIMITS)
      return handle.commit(params, (commit) =>
        params.receipts.map((receipt) => extendLease(commit, receipt, params.leaseMs)),
      )
    },

    async report(params, tx) {
      checkNoTransaction('report', tx)
      checkReport(params, LIMITS)
      return handle.commit(params, (commit) => params.reports.map((report) => record(commit, report)))
    },

    async settle(params, tx) {
      checkNoTransaction('settle', tx)
      checkSettle(params, LIMITS)
      return handle.commit(params, (commit) => settleJobs(commit, params.settlements))
    },

    async exchange(params) {
      checkSettle(params, LIMITS)
      checkClaim(params.claim, LIMITS)
      return handle.commit(params, (commit) => {
        const outcomes = settleJobs(commit, params.settlements)
        return { ...claimJobs(commit, params.claim), outcomes }
      })
    },

    async cancel(params) {
      return handle.commit(params, (commit) => params.ids.map((id) => cancelJob(commit, id, params.reason)))
    },

    async retry(params) {
      return handle.commit(params, (commit) => params.ids.map((id) => retryJob(commit, id)))
    },

    async delete(params) {
      return handle.commit(params, (commit) => params.ids.map((id) => deleteJob(commit, id)))
    },
  }
}
