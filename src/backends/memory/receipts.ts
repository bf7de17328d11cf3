import type { Receipt } from '../../model/lease.js'
import type { MemoryState, StoredJob } from './state.js'

/** A receipt names the record, which is another one when an id is deleted and enqueued again, and the fence of the lease. */
export function receiptOf(job: StoredJob): Receipt {
  return `${job.seq}.${job.fence}`
}

/** The job of a receipt and the fence that it proves; null when there is no such job. */
export function openReceipt(
  state: MemoryState,
  receipt: Receipt,
): { readonly job: StoredJob; readonly fence: number } | null {
  const parts = /^(\d{1,15})\.(\d{1,15})$/.exec(receipt)
  const job = parts === null ? undefined : state.jobsBySeq.get(Number(parts[1]))
  return job === undefined ? null : { job, fence: Number(parts?.[2]) }
}

/** The job that runs under a receipt; null for a stale one. */
export function heldBy(state: MemoryState, receipt: Receipt): StoredJob | null {
  const opened = openReceipt(state, receipt)
  return opened?.job.state === 'running' && opened.job.fence === opened.fence ? opened.job : null
}
