import type { ScheduleDefinition, ScheduleRecord } from '../model/schedule-record.js'
import type { Schedule } from '../schedule/schedule.js'
import { parseStored } from '../schedule/stored-schedule.js'

/** Expressions that stay parsed: at up to 3 kB each (docs/performance.md) they take at most 30 MB. */
const ENTRIES_MAX = 10_000

/** What the ticks of a schedule follow from, beside its anchor. */
const KEYS = ['expression', 'timeZone', 'dialect', 'dst'] as const

interface Entry extends Pick<ScheduleDefinition, (typeof KEYS)[number]> {
  readonly anchor: number
  readonly schedule: Schedule
}

/** Remembers the parsed expressions of the schedules that fired last. */
export class ScheduleCache {
  readonly #entries = new Map<string, Entry>()

  /** Throws `SCHEDULE_INVALID` for an expression that this version cannot read. */
  get({ name, anchor, definition }: ScheduleRecord): Schedule {
    const { expression, timeZone, dialect, dst } = definition
    const known = this.#entries.get(name)
    this.#entries.delete(name)
    const isSame = known?.anchor === anchor && KEYS.every((key) => known[key] === definition[key])
    const entry = isSame
      ? known
      : { expression, timeZone, dialect, dst, anchor, schedule: parseStored(definition, anchor) }
    // At the end of the map: the front is what was asked for least recently.
    this.#entries.set(name, entry)
    if (this.#entries.size > ENTRIES_MAX) this.#dropOldest()
    return entry.schedule
  }

  #dropOldest(): void {
    for (const name of this.#entries.keys()) {
      this.#entries.delete(name)
      return
    }
  }
}
