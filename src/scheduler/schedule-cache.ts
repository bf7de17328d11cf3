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
    const known = this.#entries.get(name)
    const isSame = known?.anchor === anchor && KEYS.every((key) => known[key] === definition[key])
    if (isSame && this.#entries.size < ENTRIES_MAX) return known.schedule
    const { expression, timeZone, dialect, dst } = definition
    const schedule = isSame ? known.schedule : parseStored(definition, anchor)
    // At the end of the map: when it is full, the front is what was asked for least recently.
    this.#entries.delete(name)
    if (this.#entries.size >= ENTRIES_MAX) this.#dropOldest()
    this.#entries.set(name, { expression, timeZone, dialect, dst, anchor, schedule })
    return schedule
  }

  #dropOldest(): void {
    for (const name of this.#entries.keys()) {
      this.#entries.delete(name)
      return
    }
  }
}
