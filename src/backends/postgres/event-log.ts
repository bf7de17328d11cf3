import { checkPage } from '../../port/checks.js'
import type { EventCursor, EventLog, JobEvent } from '../../port/event-log.js'
import { STATE_NAMES } from './job-record.js'
import { AGAIN, type Store } from './store.js'

/** Rows that one page looks at: one may hold a thousand jobs, most hold a few. */
const ROWS_READ = 64

/** Where to go on: in which row, behind how many of its jobs. */
interface Position {
  readonly row: number
  readonly taken: number
}

const ORDER = 'SELECT {s}.order_events(20000)'

const ENDS = 'SELECT json_build_array(first, next) FROM {s}.event_ends'

const READ = `SELECT e.cursor, s.place, e.at, e.state, coalesce(b.id, t.id), k.queue, k.task, cardinality(e.seqs)
  FROM (SELECT * FROM {s}.events WHERE cursor >= $1 ORDER BY cursor LIMIT ${ROWS_READ}) e
  CROSS JOIN LATERAL unnest(e.seqs) WITH ORDINALITY s(seq, place)
  LEFT JOIN {s}.bodies b ON b.seq = s.seq LEFT JOIN {s}.tombstones t ON t.seq = s.seq
  LEFT JOIN {s}.kinds k ON k.id = coalesce(b.kind, t.kind)
  WHERE e.cursor > $1 OR s.place > $2
  ORDER BY e.cursor, s.place LIMIT $3`

export function createEventLog(store: Store): EventLog {
  /** The first row that is kept, and the one that comes next; what has happened until now is in its order by then. */
  const range = async (params: Parameters<EventLog['latest']>[0]): Promise<readonly [first: number, next: number]> => {
    for (let more = true; more;) {
      const [row] = await store.read(params, ORDER)
      more = row?.[0] === 't'
    }
    return store.json(params, ENDS, [], AGAIN)
  }
  return {
    async read(params) {
      checkPage('events.read', params.limit)
      const position = params.after === null ? null : openCursor(params.after)
      const [first, next] = await range(params)
      if (position !== null && position.row > next) throw foreignCursor(params.after ?? '')
      const wanted = position ?? { row: first, taken: 0 }
      const missed = wanted.row < first
      const from = missed ? { row: first, taken: 0 } : wanted
      const rows = await store.read(params, READ, [from.row, from.taken, params.limit])
      const events = rows.flatMap(([, , at, state, id, queue, task]): JobEvent[] => {
        if (id == null || queue == null || task == null) return []
        return [{ at: Number(at), id, queue, task, state: STATE_NAMES[Number(state)] ?? 'deleted' }]
      })
      const last = rows.at(-1)
      return { events, cursor: cursorOf(last === undefined ? from : behind(last)), missed }
    },

    async latest(params) {
      const [, next] = await range(params)
      return cursorOf({ row: next, taken: 0 })
    },
  }
}

/** The position behind a row; behind the last job of an entry stands the next entry. */
function behind(row: readonly (string | null)[]): Position {
  const [cursor, place, , , , , , jobs] = row.map(Number)
  return place === jobs ? { row: (cursor ?? 0) + 1, taken: 0 } : { row: cursor ?? 0, taken: place ?? 0 }
}

function cursorOf({ row, taken }: Position): EventCursor {
  return `p${row}.${taken}`
}

function openCursor(cursor: EventCursor): Position {
  const parts = /^p(\d{1,15})\.(\d{1,9})$/.exec(cursor)
  if (parts === null) throw foreignCursor(cursor)
  return { row: Number(parts[1]), taken: Number(parts[2]) }
}

function foreignCursor(cursor: EventCursor): TypeError {
  return new TypeError(`events.read: after: expected a cursor of this store, got ${JSON.stringify(cursor)}`)
}
