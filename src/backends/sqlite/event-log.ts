import { checkPage } from '../../port/checks.js'
import type { EventCursor, EventLog, JobEvent } from '../../port/event-log.js'
import { STATE_NAMES } from './lanes.js'
import type { Session } from './session.js'
import { EVENT_RANGE, EVENTS_FROM, NAMES_OF } from './statements/events.js'
import type { Store } from './store.js'

/** Rows that are read at a time: one may hold a thousand jobs. */
const ROWS_READ = 16

/** Where to go on: in which row, behind how many of its jobs. */
interface Position {
  readonly row: number
  readonly taken: number
}

interface Told {
  readonly at: number
  readonly state: JobEvent['state']
  readonly seq: number
}

export function createEventLog(store: Store): EventLog {
  return {
    async read(params) {
      checkPage('events.read', params.limit)
      return store.read(params, (session) => readEvents(store, session, params.after, params.limit))
    },

    async latest(params) {
      return store.read(params, (session) => cursorOf({ row: rangeOf(session).next, taken: 0 }))
    },
  }
}

function readEvents(
  store: Store,
  session: Session,
  after: EventCursor | null,
  limit: number,
): Awaited<ReturnType<EventLog['read']>> {
  const { first, next } = rangeOf(session)
  const wanted = after === null ? { row: first, taken: 0 } : openCursor(after, next)
  const missed = wanted.row < first
  const { told, end } = takeEvents(session, missed ? { row: first, taken: 0 } : wanted, limit)
  const names = new Map(session.all(NAMES_OF, JSON.stringify(told.map(({ seq }) => seq))).map((row) => [row[0], row]))
  const events = told.flatMap(({ at, state, seq }): JobEvent[] => {
    const [, id = null, kind = null] = names.get(seq) ?? []
    if (id === null || kind === null) return []
    const { queue, task } = store.kind(session, kind)
    return [{ at, id, queue, task, state }]
  })
  return { events, cursor: cursorOf(end), missed }
}

function takeEvents(
  session: Session,
  from: Position,
  limit: number,
): { readonly told: Told[]; readonly end: Position } {
  const told: Told[] = []
  let end = from
  while (told.length < limit) {
    const rows = session.all(EVENTS_FROM, end.row, ROWS_READ)
    for (const [cursor, at, code, jobs] of rows) {
      const skipped = cursor === from.row ? from.taken : 0
      const seqs = (JSON.parse(jobs) as number[]).slice(skipped)
      const some = seqs.slice(0, limit - told.length)
      const state = STATE_NAMES[code] as JobEvent['state']
      for (const seq of some) told.push({ at, state, seq })
      if (some.length < seqs.length) return { told, end: { row: cursor, taken: skipped + some.length } }
      end = { row: cursor + 1, taken: 0 }
    }
    if (rows.length < ROWS_READ) break
  }
  return { told, end }
}

/** The first row that is kept, or that will be, and the next one to be written. */
function rangeOf(session: Session): { readonly first: number; readonly next: number } {
  const [first, next] = session.get(EVENT_RANGE) ?? [null, 1]
  return { first: first ?? next, next }
}

function cursorOf({ row, taken }: Position): EventCursor {
  return `s${row}.${taken}`
}

function openCursor(cursor: EventCursor, next: number): Position {
  const parts = /^s(\d{1,15})\.(\d{1,9})$/.exec(cursor)
  const row = Number(parts?.[1])
  if (parts === null || row > next) {
    throw new TypeError(`events.read: after: expected a cursor of this store, got ${JSON.stringify(cursor)}`)
  }
  return { row, taken: Number(parts[2]) }
}
