import type { EpochMs } from '../model/units.js'
import type { Fire } from '../port/schedule-store.js'

/** Names that are remembered, at some 100 bytes each. */
const NAMES_MAX = 20_000

const NOBODY: ReadonlySet<string> = new Set()

/**
 * Which schedules come due at which instant, as far as one scheduler has seen it. Only a guess: a schedule may have been edited or
 * removed since, so whoever relies on it reads the records.
 */
export class UpcomingSchedules {
  readonly #byInstant = new Map<EpochMs, Set<string>>()
  #size = 0

  /** A schedule that comes due; null: never again. */
  add(name: string, dueAt: EpochMs | null): void {
    if (dueAt === null) return
    // What is due soon is seen again soon: to begin anew costs less than to keep an order.
    if (this.#size >= NAMES_MAX) this.#clear()
    const names = this.#byInstant.get(dueAt) ?? new Set()
    this.#byInstant.set(dueAt, names)
    if (!names.has(name)) this.#size += 1
    names.add(name)
  }

  /** When fired schedules come due again. */
  addFires(fires: readonly Fire[]): void {
    for (const { name, nextTickAt, dueAt = nextTickAt } of fires) this.add(name, dueAt)
  }

  at(dueAt: EpochMs): ReadonlySet<string> {
    return this.#byInstant.get(dueAt) ?? NOBODY
  }

  /** An instant that has passed tells nothing any more. */
  delete(dueAt: EpochMs): void {
    this.#size -= this.at(dueAt).size
    this.#byInstant.delete(dueAt)
  }

  #clear(): void {
    this.#byInstant.clear()
    this.#size = 0
  }
}
