import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import { Alarm } from '../async/alarm.js'

/**
 * Tells which items were not taken back within their length of time, with one alarm for all of them.
 * Items of one length come due in the order in which they were added, so adding and taking back cost the same however many wait.
 */
export class Deadlines<Item> {
  readonly #clock: Clock
  readonly #due: (item: Item) => void
  readonly #alarm: Alarm
  readonly #lines = new Map<DurationMs, Map<Item, number>>()

  /** `due` is called once for each item whose time is up; by then it is taken back. */
  constructor(clock: Clock, due: (item: Item) => void) {
    this.#clock = clock
    this.#due = due
    this.#alarm = new Alarm(clock, () => this.#ring())
  }

  add(item: Item, length: DurationMs): void {
    let line = this.#lines.get(length)
    if (line === undefined) {
      line = new Map()
      this.#lines.set(length, line)
    }
    line.set(item, this.#clock.monotonic() + length)
    // Only the first of a line can be the next to come due.
    if (line.size === 1) this.#alarm.setWithin(length)
  }

  delete(item: Item, length: DurationMs): void {
    this.#lines.get(length)?.delete(item)
  }

  /** Forgets all items; their time never comes. */
  clear(): void {
    this.#lines.clear()
    this.#alarm.cancel()
  }

  #ring(): void {
    const now = this.#clock.monotonic()
    const due: Item[] = []
    for (const line of this.#lines.values()) {
      for (const [item, at] of line) {
        if (at > now) {
          this.#alarm.setWithin(at - now)
          break
        }
        line.delete(item)
        due.push(item)
      }
    }
    for (const item of due) this.#due(item)
  }
}
