import type { JobRecord } from '../../model/job.js'
import type { ListParams } from '../../port/inspector.js'
import { recordOf } from './job-record.js'
import type { Kind } from './kinds.js'
import { laneOf, shelfOf, STATE } from './lanes.js'
import type { Session } from './session.js'
import type { SqlValue } from './client-types.js'
import { ARRIVALS_IN } from './statements/arrivals.js'
import { BLOCKED_AFTER, finishedOn, type ListedRow, PARTS_MAX, RUNNING_AFTER, waitingIn } from './statements/list.js'
import { ALL_KINDS } from './statements/kinds.js'
import { RECORDS_BY_SEQ } from './statements/record.js'
import type { Query } from './session.js'

/** Rows of running or blocked jobs that one page looks at; of a filter that fits few of them the page is short. */
const SCANNED_MAX = 5000

/** Lanes in the order of claims: suspects, then by priority. */
const PRIORITIES = [0, 1, 2, 3, 4, 5] as const

/** A place behind a job in the order of its state: in which priority, at what instant or commit, and its number. */
interface Place {
  readonly priority: number
  readonly at: number
  readonly seq: number
}

interface Page {
  readonly seqs: readonly number[]
  /** Where the next page starts; null when nothing is left. */
  readonly last: Place | null
}

/** One page of jobs; see `Inspector.list`. */
export function listJobs(
  session: Session,
  params: ListParams,
): { readonly jobs: readonly JobRecord[]; readonly next: string | null } {
  const { state, queue, task } = params
  const kinds = session.all(ALL_KINDS).map(([id, queue, task]): Kind => ({ id, queue, task }))
  const wanted = kinds.filter((kind) => (queue ?? kind.queue) === kind.queue && (task ?? kind.task) === kind.task)
  const after = params.after === null ? null : openCursor(params.after, state)
  const { seqs, last } = pageOf(session, params, wanted, after)
  const byId = new Map(wanted.map((kind) => [kind.id, kind]))
  const jobs = session.all(RECORDS_BY_SEQ, `[${seqs.join(',')}]`).flatMap((row) => {
    const kind = byId.get(row[1])
    return kind === undefined ? [] : [recordOf(row, kind)]
  })
  return { jobs, next: last === null ? null : `${state}:${last.priority}:${last.at}:${last.seq}` }
}

function pageOf(session: Session, { state, limit }: ListParams, kinds: readonly Kind[], after: Place | null): Page {
  if (kinds.length === 0) return { seqs: [], last: null }
  switch (state) {
    case 'pending':
      return waitingPage(session, kinds, limit, after)
    case 'running':
      return scannedPage(session, RUNNING_AFTER, kinds, limit, after)
    case 'blocked':
      return scannedPage(session, BLOCKED_AFTER, kinds, limit, after)
    default: {
      const shelves = kinds.map(({ id }) => shelfOf(id, STATE[state]))
      const from = after ?? { at: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER }
      const rows = mergedRows(session, finishedOn, shelves, from, limit, (a, b) => b[1] - a[1] || b[0] - a[0])
      return cut(rows, limit, 0)
    }
  }
}

function waitingPage(session: Session, kinds: readonly Kind[], limit: number, after: Place | null): Page {
  const seqs: number[] = []
  for (const priority of PRIORITIES) {
    if (after !== null && priority < after.priority) continue
    const from = priority === after?.priority ? after : { at: Number.MIN_SAFE_INTEGER, seq: 0 }
    const lanes = kinds.map(({ id }) => laneOf(id, priority))
    const missing = limit - seqs.length
    const soonest = (a: ListedRow, b: ListedRow): number => a[1] - b[1] || a[0] - b[0]
    const arrived = session.all(ARRIVALS_IN, `[${lanes.join(',')}]`, from.at, from.seq, missing + 1)
    const ready = mergedRows(session, waitingIn, lanes, from, missing, soonest)
    const rows = arrived.length === 0 ? ready : [...ready, ...arrived].sort(soonest).slice(0, missing + 1)
    const page = cut(rows, missing, priority)
    seqs.push(...page.seqs)
    if (page.last !== null) return { seqs, last: page.last }
  }
  return { seqs, last: null }
}

/** The first `limit` rows of several sorted parts and one more, which tells that there is a next page. */
function mergedRows(
  session: Session,
  queryOf: (parts: number) => Query<SqlValue[], ListedRow>,
  parts: readonly number[],
  from: { readonly at: number; readonly seq: number },
  limit: number,
  compare: (a: ListedRow, b: ListedRow) => number,
): readonly ListedRow[] {
  const rows: ListedRow[] = []
  for (let at = 0; at < parts.length; at += PARTS_MAX) {
    const some = parts.slice(at, at + PARTS_MAX)
    const params = some.flatMap((part) => [part, from.at, from.seq])
    rows.push(...session.all(queryOf(some.length), ...params, limit + 1))
  }
  return parts.length <= PARTS_MAX ? rows : rows.sort(compare).slice(0, limit + 1)
}

function cut(rows: readonly ListedRow[], limit: number, priority: number): Page {
  const seqs = rows.slice(0, limit).map(([seq]) => seq)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  // With nothing left to give the page ends before the first of these rows.
  if (limit === 0 && rows.length > 0) return { seqs, last: { priority, at: Number.MIN_SAFE_INTEGER, seq: 0 } }
  return { seqs, last: last === undefined ? null : { priority, at: last[1], seq: last[0] } }
}

function scannedPage(
  session: Session,
  query: Query<[seq: number, limit: number], [seq: number, kind: number]>,
  kinds: readonly Kind[],
  limit: number,
  after: Place | null,
): Page {
  const wanted = new Set(kinds.map(({ id }) => id))
  const rows = session.all(query, after?.seq ?? 0, SCANNED_MAX)
  const seqs: number[] = []
  for (const [index, [seq, kind]] of rows.entries()) {
    if (wanted.has(kind)) seqs.push(seq)
    const isMore = index + 1 < rows.length || rows.length === SCANNED_MAX
    if (seqs.length === limit) return { seqs, last: isMore ? { priority: 0, at: 0, seq } : null }
  }
  const end = rows.length === SCANNED_MAX ? rows.at(-1) : undefined
  return { seqs, last: end === undefined ? null : { priority: 0, at: 0, seq: end[0] } }
}

/** Checked, because cursors come back from outside: a foreign one is a mistake, never part of a statement. */
function openCursor(cursor: string, state: string): Place {
  const parts = /^([a-z]+):([0-5]):(-?\d{1,16}):(\d{1,16})$/.exec(cursor)
  if (parts?.[1] !== state) {
    throw new TypeError(`inspector.list: after: expected a cursor of ${state} jobs, got ${JSON.stringify(cursor)}`)
  }
  return { priority: Number(parts[2]), at: Number(parts[3]), seq: Number(parts[4]) }
}
