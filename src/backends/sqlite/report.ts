import type { LogLine } from '../../model/job.js'
import { RESULT_BYTES_MAX } from '../../model/units.js'
import type { Report } from '../../port/job-store.js'
import { FLAG } from './job-flags.js'
import { openReceipt } from './receipts.js'
import { ADD_LOG, FORGET_LOGS, LOG_SIZES, MARK_REPORT, PUT_PROGRESS, PUT_STEP } from './statements/reports.js'
import type { Transaction } from './transaction.js'

/** Records what one running attempt has to tell; see `JobStore.report`. */
export function recordReport(tx: Transaction, report: Report): 'recorded' | 'lost' {
  const { session } = tx
  const opened = openReceipt(report.receipt)
  if (opened === null || session.run(MARK_REPORT, FLAG.reports, opened.seq, opened.fence) === 0) return 'lost'
  const { seq } = opened
  if (report.progress !== undefined) session.run(PUT_PROGRESS, seq, report.progress.json, report.progress.note)
  for (const { key, value } of report.steps ?? []) session.run(PUT_STEP, seq, key, value.json, value.note)
  if (report.logs !== undefined && report.logs.length > 0) addLogs(tx, seq, report.logs)
  return 'recorded'
}

/** Appends lines, and forgets the oldest above what one job may keep. */
function addLogs(tx: Transaction, seq: number, lines: readonly LogLine[]): void {
  for (const { at, level, message } of lines) {
    tx.session.run(ADD_LOG, seq, at, level, Buffer.byteLength(message), message)
  }
  let kept = 0
  for (const [id, bytes] of tx.session.all(LOG_SIZES, seq)) {
    kept += bytes
    if (kept <= RESULT_BYTES_MAX) continue
    tx.session.run(FORGET_LOGS, seq, id)
    return
  }
}
