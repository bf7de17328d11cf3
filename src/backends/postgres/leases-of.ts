import type { Priority, TickInfo } from '../../model/job.js'
import type { Lease } from '../../model/lease.js'
import { FLAG } from './job-record.js'
import type { Kind } from './kinds.js'
import { receiptOf } from './receipts.js'
import type { Row } from './store.js'
import { textsIn } from './text-lists.js'

/** The numbers of a lease as the server gives them. */
type Numbers = readonly [
  seq: number,
  fence: number,
  dueAt: number,
  kind: number,
  priority: number,
  tries: number,
  iterations: number,
  flags: number,
  enqueuedAt: number,
]

/** What few jobs have, as the server packs it. */
type Extras = readonly [
  seq: number | null,
  note: string | null,
  headers: string | null,
  deadline: number | null,
  maxTries: number | null,
  tick: string | null,
]

const NO_EXTRAS: Extras = [null, null, null, null, null, null]

/** The numbers of what a claim has lent. */
export function numbersOf(row: Row | undefined): readonly Numbers[] {
  // An array of arrays, as the server writes it.
  return JSON.parse((row?.[0] ?? '{}').replaceAll('{', '[').replaceAll('}', ']')) as Numbers[]
}

/** What all leases of a claim have in common. */
interface Terms {
  readonly now: number
  readonly leaseMs: number
  readonly kindOf: (id: number) => Kind
}

/** The leases of a claim. */
export function leasesOf(row: Row | undefined, lent: readonly Numbers[], terms: Terms): readonly Lease[] {
  const [, idList, payloadList, extraList] = row ?? []
  const ids = textsIn(idList ?? '')
  const payloads = textsIn(payloadList ?? '')
  const extras = new Map<number | null, Extras>()
  if (extraList != null) {
    for (const extra of JSON.parse(`[${extraList}]`) as Extras[]) extras.set(extra[0], extra)
  }
  return lent.map((numbers, at) =>
    leaseOf(
      numbers,
      ids[at] ?? '',
      payloads[at] ?? '',
      (extras.size > 0 ? extras.get(numbers[0]) : null) ?? NO_EXTRAS,
      terms,
    ),
  )
}

function leaseOf(
  [seq, fence, dueAt, kind, priority, tries, iterations, flags, enqueuedAt]: Numbers,
  id: string,
  payload: string,
  [, note, headers, deadline, maxTries, tick]: Extras,
  { now, leaseMs, kindOf }: Terms,
): Lease {
  const { queue, task } = kindOf(kind)
  return {
    receipt: receiptOf(seq, fence),
    fence,
    claimedAt: now,
    leaseUntil: now + leaseMs,
    suspect: (flags & FLAG.suspect) !== 0,
    job: {
      id,
      task,
      queue,
      priority: priority as Priority,
      // No JSON is an empty text.
      payload: payload === '' ? null : { json: payload, note },
      headers,
      enqueuedAt,
      dueAt,
      deadline,
      tries,
      maxTries,
      iterations,
      tick: tick === null ? null : (JSON.parse(tick) as TickInfo),
    },
  }
}
