import type { JobState } from '../../model/job-state.js'
import type { Inspector, ListParams } from '../../port/inspector.js'
import { RECORD_COLUMNS, RECORD_JOINS, recordOf, STATE_NAMES } from './job-record.js'
import type { Row, Store } from './store.js'

/** A place behind a job in the order of its state: which priority, at what instant, and its number. */
interface Place {
  readonly priority: number
  readonly at: number
  readonly seq: number
}

const KINDS = `SELECT id FROM {s}.kinds WHERE ($1::text IS NULL OR queue = $1) AND ($2::text IS NULL OR task = $2)`

const FIRST: Place = { priority: 0, at: Number.MIN_SAFE_INTEGER, seq: 0 }
const LAST: Place = { priority: 0, at: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER }

/**
 * The places of jobs in the order of their state: at most `$3` of each lane or shelf, so that a page costs what it shows.
 * `$4` to `$6` are the place to go on behind.
 */
const WAITING = `SELECT p.priority AS rank, h.visible_at AS at, h.seq FROM wanted w CROSS JOIN generate_series($4::int, 5) p(priority)
  CROSS JOIN LATERAL (SELECT visible_at, seq FROM {s}.live WHERE lane = w.id * 8 + p.priority
    AND (p.priority > $4 OR (visible_at, seq) > ($5::bigint, $6::bigint)) ORDER BY visible_at, seq LIMIT $3) h
  ORDER BY 1, 2, 3 LIMIT $3`

/** What runs is listed by number, because the ends of leases move. */
const RUNNING = `SELECT 0 AS rank, r.seq AS at, r.seq FROM {s}.running_jobs(ARRAY(SELECT id FROM wanted), $6::bigint, $3) r(seq)
  WHERE $4::int = 0 AND $5::bigint IS NOT NULL`

const BLOCKED = `SELECT 0 AS rank, h.visible_at AS at, h.seq FROM wanted w CROSS JOIN LATERAL (
    SELECT visible_at, seq FROM {s}.live WHERE lane = w.id * 8 + 6 AND $4::int = 0 AND (visible_at, seq) > ($5::bigint, $6::bigint)
    ORDER BY visible_at, seq LIMIT $3) h
  ORDER BY 2, 3 LIMIT $3`

const SHELF = (
  shelf: number,
): string => `SELECT 0 AS rank, h.finished_at AS at, h.seq FROM wanted w CROSS JOIN LATERAL (
    SELECT finished_at, seq FROM {s}.outcomes WHERE shelf = w.id * 8 + ${shelf} AND $4::int = 0
      AND (finished_at, seq) < ($5::bigint, $6::bigint) ORDER BY finished_at DESC, seq DESC LIMIT $3) h
  ORDER BY 2 DESC, 3 DESC LIMIT $3`

/** One page of jobs; see `Inspector.list`. */
export async function listJobs(store: Store, params: ListParams): ReturnType<Inspector['list']> {
  const { state, queue = null, task = null, limit } = params
  const after = params.after === null ? firstOf(state) : openCursor(params.after, state)
  const text = `WITH wanted AS MATERIALIZED (${KINDS}), page AS MATERIALIZED (${placesOf(state)})
    SELECT page.rank, page.at, page.seq, ${RECORD_COLUMNS} FROM page JOIN {s}.bodies b ON b.seq = page.seq ${RECORD_JOINS}
    ORDER BY page.rank, page.at ${isFinished(state) ? 'DESC' : ''}, page.seq ${isFinished(state) ? 'DESC' : ''}`
  const rows = await store.read(params, text, [queue, task, limit + 1, after.priority, after.at, after.seq])
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { jobs: page.map((row) => recordOf(row.slice(3))), next: last === undefined ? null : cursorOf(state, last) }
}

function placesOf(state: JobState): string {
  if (state === 'pending') return WAITING
  if (state === 'running') return RUNNING
  if (state === 'blocked') return BLOCKED
  return SHELF(STATE_NAMES.indexOf(state))
}

function isFinished(state: JobState): boolean {
  return STATE_NAMES.indexOf(state) > 2
}

function firstOf(state: JobState): Place {
  return isFinished(state) ? LAST : FIRST
}

function cursorOf(state: JobState, [rank, at, seq]: Row): string {
  return `${state}:${rank ?? 0}:${at ?? 0}:${seq ?? 0}`
}

/** Checked, because cursors come back from outside. */
function openCursor(cursor: string, state: JobState): Place {
  const parts = /^([a-z]+):([0-5]):(-?\d{1,16}):(\d{1,16})$/.exec(cursor)
  if (parts?.[1] !== state) {
    throw new TypeError(`inspector.list: after: expected a cursor of ${state} jobs, got ${JSON.stringify(cursor)}`)
  }
  return { priority: Number(parts[2]), at: Number(parts[3]), seq: Number(parts[4]) }
}
