import type { Receipt } from '../../model/lease.js'

/** What a receipt proves: the job by its number, which is never given twice, and the fence of the lease. */
export interface OpenReceipt {
  readonly seq: number
  readonly fence: number
}

const FORM = /^(\d{1,15})\.(\d{1,15})$/

export function receiptOf(seq: number, fence: number): Receipt {
  return `${seq}.${fence}`
}

/** null for a text that no receipt of ours has: it can only be stale. */
export function openReceipt(receipt: Receipt): OpenReceipt | null {
  const parts = FORM.exec(receipt)
  return parts === null ? null : { seq: Number(parts[1]), fence: Number(parts[2]) }
}
