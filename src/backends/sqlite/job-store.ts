import type { NewJob } from '../../model/job.js'
import { checkClaim, checkCount, checkEnqueue, checkLease, checkReport, checkSettle } from '../../port/checks.js'
import type { ClaimParams, ClaimResult, JobStore } from '../../port/job-store.js'
import { claimJobs } from './claim.js'
import type { SqliteTx } from './client-types.js'
import { enqueueJobs } from './enqueue.js'
import { extendLeases } from './extend.js'
import { LIMITS } from './limits.js'
import { cancelJob, deleteJob, retryJob } from './operate.js'
import { recordReport } from './report.js'
import { settleJobs } from './settle.js'
import type { Store } from './store.js'
import type { Transaction } from './transaction.js'

/** The role that stores jobs and lends them; each method is one transaction. */
export function createJobStore(store: Store): JobStore<SqliteTx> {
  const write = <T>(
    call: { signal?: AbortSignal | undefined },
    tx: SqliteTx | undefined,
    work: (tx: Transaction) => T,
  ) => (tx === undefined ? store.write(call, work) : store.writeIn(call, tx, work))
  return {
    async enqueue(params, tx) {
      checkEnqueue(params, LIMITS)
      const work = (transaction: Transaction) => enqueueJobs(transaction, params.jobs)
      if (tx !== undefined) return store.writeIn(params, tx, work)
      return store.append(params, () => queuesDueNow(params.jobs), work)
    },

    async claim(params) {
      checkClaim(params, LIMITS)
      return store.writeVolatile(params, (tx) => claimJobs(tx, params))
    },

    async extend(params) {
      checkCount('extend', 'receipts', params.receipts.length, LIMITS.settleItems)
      checkLease('extend', params.leaseMs, LIMITS)
      return store.writeVolatile(params, (tx) => extendLeases(tx, params.receipts, params.leaseMs))
    },

    async settle(params, tx) {
      checkSettle(params, LIMITS)
      return write(params, tx, (transaction) => settleJobs(transaction, params.settlements))
    },

    async exchange(params) {
      checkSettle(params, LIMITS)
      checkClaim(params.claim, LIMITS)
      try {
        return await store.write(params, (tx) => {
          const outcomes = settleJobs(tx, params.settlements)
          return { ...claimAfter(tx, params.claim), outcomes }
        })
      } catch (error) {
        if (!(error instanceof ClaimFailedError)) throw error
        // Undone with the claim, so once more without it: a settlement is never told to be lost because a claim failed.
        const outcomes = await store.write({}, (tx) => settleJobs(tx, params.settlements))
        return { leases: [], nextVisibleAt: store.options.clock.now(), outcomes }
      }
    },

    async report(params, tx) {
      checkReport(params, LIMITS)
      const record = (inside: Transaction) => params.reports.map((report) => recordReport(inside, report))
      if (tx !== undefined) return store.writeIn(params, tx, record)
      // The result of a step is kept so that the step is never done again; progress and log lines only tell.
      const steps = params.reports.some((report) => report.steps !== undefined)
      return steps ? store.write(params, record) : store.writeVolatile(params, record)
    },

    async cancel(params) {
      return store.write(params, (tx) => params.ids.map((id) => cancelJob(tx, id, params.reason)))
    },

    async retry(params) {
      return store.write(params, (tx) => params.ids.map((id) => retryJob(tx, id)))
    },

    async delete(params) {
      return store.write(params, (tx) => params.ids.map((id) => deleteJob(tx, id)))
    },
  }
}

/** The queues of jobs that a worker could take at once. */
function queuesDueNow(jobs: readonly NewJob[]): ReadonlySet<string> {
  const queues = new Set<string>()
  for (const { due, parents, queue } of jobs)
    if ('inMs' in due && due.inMs === 0 && parents.length === 0) queues.add(queue)
  return queues
}

/** Tells the claim of an exchange that failed from its settlements. A savepoint around it would cost each exchange 10 % of its time. */
class ClaimFailedError extends Error {}

function claimAfter(tx: Transaction, params: ClaimParams): ClaimResult {
  try {
    return claimJobs(tx, params)
  } catch (cause) {
    throw new ClaimFailedError('the claim of an exchange failed', { cause })
  }
}
