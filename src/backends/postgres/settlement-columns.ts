import type { NewJob } from '../../model/job.js'
import type { Settlement, SettlementKind } from '../../model/lease.js'
import { arrayOf, textsOf } from './arrays.js'
import { FAILURES } from './job-record.js'
import { jobColumns, jobParams } from './job-columns.js'
import { openReceipt } from './receipts.js'

/** Codes of `settle_all`; a failure that spends a try is one more. */
const CODE: Readonly<Record<SettlementKind, number>> = {
  complete: 1,
  retry: 2,
  snooze: 3,
  release: 4,
  again: 5,
  fail: 6,
  cancel: 8,
}

/** The parameters of settlements from `$first` on: eleven of their own, and those of their follow-ups. */
export function settlementParams(first: number): string {
  const types = [
    'bigint[]',
    'int[]',
    'smallint[]',
    'bigint[]',
    'bigint[]',
    'text[]',
    'text[]',
    'text[]',
    'smallint[]',
    'boolean',
    'int[]',
  ]
  return `${types.map((type, at) => `$${first + at}::${type}`).join(', ')}, ${jobParams(first + types.length)}`
}

/** The jobs that come with settlements, in their order. */
export function followUpsOf(settlements: readonly Settlement[]): readonly NewJob[] {
  return settlements.flatMap((one) => ('followUps' in one ? (one.followUps ?? []) : []))
}

/** Settlements as columns; one that no settlement of the call needs is null. */
export function settlementColumns(
  settlements: readonly Settlement[],
  followUps: readonly NewJob[],
  kinds: readonly number[],
): readonly unknown[] {
  const opened = settlements.map(({ receipt }) => openReceipt(receipt))
  const seen = new Set<number>()
  let plain = false
  const codes = settlements.map((one, at) => {
    const seq = opened[at]?.seq
    const isFirst = seq !== undefined && !seen.has(seq)
    if (seq !== undefined) seen.add(seq)
    if (one.kind === 'complete' && isFirst) plain = true
    const code = CODE[one.kind] + (one.kind === 'fail' && one.spendsTry ? 1 : 0)
    // What comes first under a receipt wins, whatever it is: the others must not be filed ahead of it.
    return isFirst ? code : -code
  })
  const owners = settlements.flatMap((one, at) => ('followUps' in one ? (one.followUps ?? []) : []).map(() => at + 1))
  const values = settlements.map((one) =>
    one.kind === 'complete' ? one.result : one.kind === 'again' ? one.payload : null,
  )
  return [
    arrayOf(opened.map((one) => one?.seq ?? null)),
    arrayOf(opened.map((one) => one?.fence ?? null)),
    arrayOf(codes),
    ifAny(
      settlements.map((one) => ('due' in one && 'at' in one.due ? one.due.at : null)),
      arrayOf,
    ),
    ifAny(
      settlements.map((one) => ('due' in one && 'inMs' in one.due ? one.due.inMs : null)),
      arrayOf,
    ),
    ifAny(
      values.map((value) => value?.json ?? null),
      textsOf,
    ),
    ifAny(
      values.map((value) => value?.note ?? null),
      textsOf,
    ),
    ifAny(settlements.map(textOf), textsOf),
    ifAny(
      settlements.map((one) => (one.kind === 'fail' ? FAILURES.indexOf(one.failure) : null)),
      arrayOf,
    ),
    plain,
    owners.length === 0 ? null : arrayOf(owners),
    ...jobColumns(followUps, kinds),
  ]
}

function textOf(one: Settlement): string | null {
  if (one.kind === 'retry' || one.kind === 'fail') return one.error
  return one.kind === 'cancel' ? one.reason : null
}

function ifAny<Value>(
  values: readonly (Value | null)[],
  write: (values: readonly (Value | null)[]) => string,
): string | null {
  return values.every((value) => value === null) ? null : write(values)
}
