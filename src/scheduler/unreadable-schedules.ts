import type { ScheduleRecord } from '../model/schedule-record.js'

/** Schedules that are remembered, at some 100 bytes each; those beyond are neither fired nor told of. */
const ENTRIES_MAX = 10_000

/**
 * The schedules that this version of rota cannot read, each at the version that it was met with. They stay due for a scheduler
 * that can, such as one of a later release while a fleet is being replaced.
 */
export class UnreadableSchedules {
  readonly #versions = new Map<string, number>()

  get size(): number {
    return this.#versions.size
  }

  has({ name, version }: ScheduleRecord): boolean {
    return this.#versions.get(name) === version
  }

  /** True when this is news. */
  add({ name, version }: ScheduleRecord): boolean {
    const before = this.#versions.get(name)
    if (before === version || (before === undefined && this.#versions.size >= ENTRIES_MAX)) return false
    this.#versions.set(name, version)
    return true
  }

  /** After an edit that made it readable. */
  delete({ name }: ScheduleRecord): void {
    this.#versions.delete(name)
  }
}
