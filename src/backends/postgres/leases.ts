import type { JobStore, ExtendOutcome } from '../../port/job-store.js'
import { arrayOf, jsonOf, textsOf } from './arrays.js'
import type { PgTx } from './client-types.js'
import { receiptColumns, receiptOf } from './receipts.js'
import { AGAIN, type Store } from './store.js'

const EXTEND = 'SELECT * FROM {s}.extend_leases($1, $2, $3)'
const KEEP = 'SELECT * FROM {s}.keep_leases($1, $2, $3)'
const KEPT: readonly ExtendOutcome[] = ['extended', 'cancel-requested', 'busy']

/** Moves the ends of leases; see `JobStore.extend`. */
export async function extendLeases(
  store: Store,
  params: Parameters<JobStore['extend']>[0],
): Promise<readonly ExtendOutcome[]> {
  const { impatient = false } = params
  const { seqs, fences } = receiptColumns(params.receipts)
  const values = [arrayOf(seqs), arrayOf(fences), params.leaseMs]
  const rows = await store.rows(params, impatient ? KEEP : EXTEND, values, AGAIN)
  const stateOf = (said: string | null | undefined): number => (impatient ? Number(said) : said === 't' ? 1 : 0)
  const outcomes = new Map(
    rows.map(([seq, fence, said]) => [receiptOf(Number(seq), Number(fence)), KEPT[stateOf(said)] ?? 'lost']),
  )
  return params.receipts.map((receipt) => outcomes.get(receipt) ?? 'lost')
}

const RECORD = 'SELECT to_json({s}.record_reports($1, $2, $3))'
const RECORD_IN = 'SELECT to_json({s}.record_reports($1, $2, $3))::text'

/** Records what running attempts have to tell; see `JobStore.report`. */
export async function recordReports(
  store: Store,
  params: Parameters<JobStore['report']>[0],
  tx: PgTx | undefined,
): Promise<readonly ('recorded' | 'lost')[]> {
  const { reports } = params
  const { seqs, fences } = receiptColumns(reports.map(({ receipt }) => receipt))
  const values = [
    arrayOf(seqs),
    arrayOf(fences),
    textsOf(reports.map(({ receipt: _receipt, ...told }) => jsonOf(told))),
  ]
  const recorded =
    tx === undefined
      ? await store.json<boolean[] | null>(params, RECORD, values)
      : await store.jsonIn<boolean[] | null>(params, tx, RECORD_IN, values, false)
  return reports.map((_report, at) => (recorded?.[at] === true ? 'recorded' : 'lost'))
}
