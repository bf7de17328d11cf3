import type { Receipt } from '../../model/lease.js'

/** Numbers of jobs and fences that the store can hold. */
const FENCE_MAX = 2_147_483_647

/** A receipt names the record, which is another one when an id is deleted and enqueued again, and the fence of the lease. */
export function receiptOf(seq: number, fence: number): Receipt {
  return `${seq}.${fence}`
}

/** What a receipt proves; null for a text that never was one. */
export function openReceipt(receipt: Receipt): { readonly seq: number; readonly fence: number } | null {
  const parts = /^(\d{1,15})\.(\d{1,10})$/.exec(receipt)
  if (parts === null) return null
  const fence = Number(parts[2])
  return fence > FENCE_MAX ? null : { seq: Number(parts[1]), fence }
}

/** Receipts as two columns; what never was a receipt is null in both. */
export function receiptColumns(receipts: readonly Receipt[]): {
  readonly seqs: readonly (number | null)[]
  readonly fences: readonly (number | null)[]
} {
  const opened = receipts.map(openReceipt)
  return { seqs: opened.map((one) => one?.seq ?? null), fences: opened.map((one) => one?.fence ?? null) }
}
