import { checkPage } from '../../port/checks.js'
import type { EventCursor, EventLog, JobEvent } from '../../port/event-log.js'
import { EVENTS_FOR_MS, EVENTS_MAX } from '../../port/retention.js'
import type { EpochMs } from '../../model/units.js'
import type { Handle } from './handle.js'
import type { StoredEvents } from './state.js'

/** Dropping the oldest in blocks keeps the cost of an event constant. */
const EVENTS_SLACK = 10_000

export function createEventLog(handle: Handle): EventLog {
  return {
    async read(params) {
      checkPage('events.read', params.limit)
      return handle.read(params, ({ events }) => readEvents(events, params.after, params.limit))
    },
    async latest(params) {
      return handle.read(params, ({ events }) => cursorOf(events.first + events.list.length - 1))
    },
  }
}

/** Each change of state counts as a commit of its own, so that their number bounds the memory. */
export function appendEvent(events: StoredEvents, event: JobEvent): void {
  events.list.push(event)
  if (events.list.length >= EVENTS_MAX + EVENTS_SLACK) dropEvents(events, events.list.length - EVENTS_MAX)
}

/** Forgets what is older than an hour. */
export function pruneEvents(events: StoredEvents, now: EpochMs): void {
  const kept = events.list.findIndex((event) => event.at > now - EVENTS_FOR_MS)
  dropEvents(events, kept === -1 ? events.list.length : kept)
}

/** When the oldest event may be forgotten; null without events. */
export function eventsPruneAt(events: StoredEvents): EpochMs | null {
  const oldest = events.list[0]
  return oldest === undefined ? null : oldest.at + EVENTS_FOR_MS
}

function dropEvents(events: StoredEvents, count: number): void {
  if (count === 0) return
  events.list = events.list.slice(count)
  events.first += count
}

function readEvents(
  events: StoredEvents,
  after: EventCursor | null,
  limit: number,
): Awaited<ReturnType<EventLog['read']>> {
  const last = events.first + events.list.length - 1
  const wanted = after === null ? events.first - 1 : numberOf(after, last)
  const missed = wanted < events.first - 1
  const start = missed ? 0 : wanted - events.first + 1
  const found = events.list.slice(start, start + limit)
  return { events: found, cursor: cursorOf(events.first + start + found.length - 1), missed }
}

function cursorOf(eventNumber: number): EventCursor {
  return `m${eventNumber}`
}

function numberOf(cursor: EventCursor, last: number): number {
  const number = /^m\d{1,15}$/.test(cursor) ? Number(cursor.slice(1)) : Number.NaN
  if (!(number <= last)) {
    throw new TypeError(`events.read: after: expected a cursor of this store, got ${JSON.stringify(cursor)}`)
  }
  return number
}
