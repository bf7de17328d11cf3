import { Alarm } from '../async/alarm.js'
import type { TickOutcome } from '../async/loop.js'
import type { Clock } from '../model/clock.js'
import type { ScheduleRecord } from '../model/schedule-record.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { ScheduleSummary, SchedulerEvent } from './scheduler-event.js'

/** The most schedules that a store lists at a time. */
const PAGE_MAX = 1_000

/** Schedules that are watched, at some 120 bytes each; those behind them, by name, are fired like all others and not told of. */
const WATCHED_MAX = 100_000

/** A listing is followed by so many times its own length of rest: it takes a tenth of the time at most, however many edits there are. */
const RESTS = 9

/** Between two listings of a store that cannot say whether anything was edited. */
const BLIND_MS: DurationMs = 10_000

/** What a schedule was when it was seen last; a tick changes none of it. */
interface Seen {
  readonly createdAt: EpochMs
  readonly revision: number
  readonly paused: boolean
}

interface Parts {
  readonly clock: Clock
  /** The schedules behind a name, in the order of their names. */
  readonly list: (
    page: { readonly after: string | null; readonly limit: number },
    signal: AbortSignal | undefined,
  ) => Promise<readonly ScheduleRecord[]>
  readonly tell: (event: SchedulerEvent) => void
  /** Another listing is worth it. */
  readonly wake: () => void
}

/**
 * Tells which schedules were added, changed, paused, resumed and removed, as soon as the store tells that any was.
 *
 * Ticks cost it nothing: it lists the schedules when their revision is another one, and only then. With 100,000 schedules a
 * listing reads 100 pages, one to a turn of the event loop; some 12 MB are kept to compare with.
 */
export class ScheduleWatch {
  readonly #parts: Parts
  readonly #alarm: Alarm
  #seen: Map<string, Seen> | null = null
  /** The last name that was watched, when there were more; null when all are. */
  #lastWatched: string | null = null
  /** The revision that the store told last; undefined: it cannot tell. null: it was not asked yet. */
  #told: { readonly revision: number | undefined } | null = null
  #listed: { readonly revision: number | undefined } | null = null
  #restUntil = -Infinity

  constructor(parts: Parts) {
    this.#parts = parts
    this.#alarm = new Alarm(parts.clock, parts.wake)
  }

  /** The store said which revision its schedules have; undefined where it cannot tell. */
  heard(revision: number | undefined): void {
    this.#told = { revision }
    if (this.#isDue()) this.#parts.wake()
  }

  /** Lists the schedules, if that is worth it, and tells what is new. */
  async tick(signal?: AbortSignal): Promise<TickOutcome> {
    if (!this.#isDue()) return { nextAt: null }
    const { clock } = this.#parts
    const restMs = this.#restUntil - clock.monotonic()
    if (restMs > 0) {
      this.#alarm.setWithin(restMs)
      return { nextAt: null }
    }
    const startedAt = clock.monotonic()
    // From before the listing: what is edited meanwhile may be missing in it.
    const told = this.#told
    await this.#list(signal)
    this.#listed = told
    const endedAt = clock.monotonic()
    const leastMs = told?.revision === undefined ? BLIND_MS : 0
    this.#restUntil = endedAt + Math.max((endedAt - startedAt) * RESTS, leastMs)
    return { nextAt: null }
  }

  stop(): void {
    this.#alarm.cancel()
  }

  #isDue(): boolean {
    if (this.#told === null || this.#listed === null) return this.#told !== null
    return this.#told.revision === undefined || this.#told.revision !== this.#listed.revision
  }

  async #list(signal: AbortSignal | undefined): Promise<void> {
    const { clock, list, tell } = this.#parts
    const before = this.#seen
    const seen = new Map<string, Seen>()
    let after: string | null = null
    let areMore = true
    while (areMore && seen.size < WATCHED_MAX) {
      const page: readonly ScheduleRecord[] = await list({ after, limit: PAGE_MAX }, signal)
      for (const record of page) {
        this.#compare(record, before?.get(record.name))
        seen.set(record.name, { createdAt: record.createdAt, revision: record.revision, paused: record.paused })
      }
      areMore = page.length === PAGE_MAX
      after = page.at(-1)?.name ?? after
      await new Promise<void>((resolve) => clock.defer(resolve))
    }
    const lastWatched = areMore ? after : null
    for (const name of before?.keys() ?? []) {
      if (!seen.has(name) && (lastWatched === null || name <= lastWatched))
        tell({ type: 'schedule-removed', schedule: name })
    }
    this.#seen = seen
    this.#lastWatched = lastWatched
    if (before === null) tell({ type: 'schedules-loaded', count: seen.size, areMore })
  }

  #compare(record: ScheduleRecord, seen: Seen | undefined): void {
    const { tell } = this.#parts
    const summary = summaryOf(record)
    if (seen === undefined) {
      // One that was behind the last that is watched is not new.
      if (this.#lastWatched === null || record.name <= this.#lastWatched) tell({ type: 'schedule-added', ...summary })
      return
    }
    if (seen.createdAt !== record.createdAt || seen.revision !== record.revision) {
      tell({ type: 'schedule-changed', ...summary })
    }
    if (seen.paused !== record.paused) {
      tell({ type: record.paused ? 'schedule-paused' : 'schedule-resumed', ...summary })
    }
  }
}

function summaryOf({ name, definition, paused, nextTickAt }: ScheduleRecord): ScheduleSummary {
  const { expression, timeZone, task, queue } = definition
  return { schedule: name, expression, timeZone, task, queue, paused, nextTickAt }
}
