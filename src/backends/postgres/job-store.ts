import { checkClaim, checkCount, checkEnqueue, checkLease, checkReport, checkSettle } from '../../port/checks.js'
import type { JobStore } from '../../port/job-store.js'
import { claimJobs, exchangeJobs } from './claim.js'
import type { PgTx } from './client-types.js'
import { enqueueJobs } from './enqueue.js'
import { extendLeases, recordReports } from './leases.js'
import { LIMITS } from './limits.js'
import { cancelJobs, deleteJobs, retryJobs } from './operate.js'
import { settleJobs } from './settle.js'
import type { Store } from './store.js'

export function createJobStore(store: Store): JobStore<PgTx> {
  return {
    async enqueue(params, tx) {
      checkEnqueue(params, LIMITS)
      return enqueueJobs(store, params, tx)
    },

    async claim(params) {
      checkClaim(params, LIMITS)
      return claimJobs(store, params)
    },

    async extend(params) {
      checkCount('extend', 'receipts', params.receipts.length, LIMITS.settleItems)
      checkLease('extend', params.leaseMs, LIMITS)
      return extendLeases(store, params)
    },

    async report(params, tx) {
      checkReport(params, LIMITS)
      return recordReports(store, params, tx)
    },

    async settle(params, tx) {
      checkSettle(params, LIMITS)
      return settleJobs(store, params, tx)
    },

    async exchange(params) {
      checkSettle(params, LIMITS)
      checkClaim(params.claim, LIMITS)
      return exchangeJobs(store, params)
    },

    cancel: async (params) => cancelJobs(store, params),
    retry: async (params) => retryJobs(store, params),
    delete: async (params) => deleteJobs(store, params),
  }
}
