import type { DurationMs, EpochMs } from '../model/units.js'
import type { CronFields } from './cron-fields.js'
import { nextCivilSecond } from './cron-search.js'
import type { Schedule } from './schedule.js'
import type { Zone, ZoneChange } from './zone.js'

/**
 * Changes up to here are daylight saving, and fixed times are carried over them; larger ones (a zone that crosses the date line)
 * are corrections of the clock, which every schedule follows. Three hours, as in Vixie's cron.
 */
const DAYLIGHT_MS_MAX: DurationMs = 3 * 3_600_000

/** 0001-01-01 to 9999-12-31, UTC: what every store and every printer of dates can hold. */
const FIRST_INSTANT: EpochMs = -62_135_596_800_000
const LAST_INSTANT: EpochMs = 253_402_300_799_999

/**
 * A cron expression on the wall clock of a zone, by the rule of Vixie's cron:
 * a fixed time inside a gap fires once, right after it; a fixed time that comes twice fires the first time;
 * an expression whose minute or hour begins with a star follows real time instead.
 */
export class CronSchedule implements Schedule {
  readonly expression: string
  readonly #fields: CronFields
  readonly #zone: Zone

  constructor(expression: string, fields: CronFields, zone: Zone) {
    this.expression = expression
    this.#fields = fields
    this.#zone = zone
  }

  get timeZone(): string {
    return this.#zone.name
  }

  next(after: EpochMs): EpochMs | null {
    if (Number.isNaN(after)) throw new TypeError('after must be an instant, expected milliseconds since 1970, got NaN')
    if (after >= LAST_INSTANT) return null
    const start = Math.max(after, FIRST_INSTANT)
    const found = this.#search(start)
    return found !== null && found <= LAST_INSTANT ? found : null
  }

  toString(): string {
    return this.expression
  }

  /** Finds the next matching time on the wall and carries it over every change that lies between. */
  #search(after: EpochMs): EpochMs | null {
    let offset = this.#zone.offsetAt(after)
    let known = after
    let wall = this.#nextWall(Math.max(Math.floor((after + offset) / 1000) * 1000 + 1000, this.#repeatedUntil(after)))
    while (wall !== null && wall - offset <= LAST_INSTANT) {
      const change = this.#zone.nextChange(known, wall - offset)
      if (change === null) return wall - offset
      if (this.#carries(change)) {
        // What the gap swallows fires as it ends. What comes twice has been found before the change, or is past the second pass.
        if (wall < change.at + change.after) return change.at
      } else {
        wall = this.#nextWall(change.at + change.after)
      }
      known = change.at
      offset = change.after
    }
    return null
  }

  /** Up to which time on the wall everything was passed before the last change; a fixed time does not come again. */
  #repeatedUntil(after: EpochMs): number {
    if (this.#fields.wild) return -Infinity
    const change = this.#zone.nextChange(after - DAYLIGHT_MS_MAX, after)
    return change !== null && change.after < change.before && this.#carries(change)
      ? change.at + change.before
      : -Infinity
  }

  #carries(change: ZoneChange): boolean {
    return !this.#fields.wild && Math.abs(change.after - change.before) <= DAYLIGHT_MS_MAX
  }

  /** The first matching time on the wall, in milliseconds, at or after `from`. */
  #nextWall(from: number): number | null {
    const second = nextCivilSecond(this.#fields, Math.ceil(from / 1000))
    return second === null ? null : second * 1000
  }
}
