import type { Receipt } from '../../model/lease.js'
import type { DurationMs } from '../../model/units.js'
import type { ExtendOutcome } from '../../port/job-store.js'
import { FLAG } from './job-flags.js'
import { openReceipt } from './receipts.js'
import { EXTEND_LEASE } from './statements/leases.js'
import type { Transaction } from './transaction.js'

/** Moves the ends of leases; see `JobStore.extend`. The row of `state` needs no change: its bound only becomes looser. */
export function extendLeases(
  tx: Transaction,
  receipts: readonly Receipt[],
  leaseMs: DurationMs,
): readonly ExtendOutcome[] {
  const leaseUntil = tx.now + leaseMs
  const outcomes = receipts.map((receipt): ExtendOutcome => {
    const opened = openReceipt(receipt)
    const row = opened === null ? undefined : tx.session.get(EXTEND_LEASE, leaseUntil, opened.seq, opened.fence)
    if (row === undefined) return 'lost'
    return (row[0] & FLAG.cancel) !== 0 ? 'cancel-requested' : 'extended'
  })
  tx.lowerLeaseEnd(leaseUntil)
  return outcomes
}
