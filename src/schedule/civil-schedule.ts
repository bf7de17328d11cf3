import type { EpochMs } from '../model/units.js'
import type { CronFields } from './cron-fields.js'
import { nextCivilSecond, previousCivilSecond } from './cron-search.js'
import { describeFields } from './describe-fields.js'
import { changeRule, REAL_TIME, ruleAt } from './dst-rule.js'
import type { ChangeRule, DstRule } from './dst-rule.js'
import { checkInstant, FIRST_INSTANT, LAST_INSTANT } from './instants.js'
import type { Schedule } from './schedule.js'
import { CHANGE_MS_MAX } from './zone.js'
import type { Zone, ZoneChange } from './zone.js'

/**
 * A change of the clock matters near to where a search begins and near to what it finds: in between, nothing that matches is swallowed
 * or repeated, or it would have been found. So far is near: more than any change and any offset.
 */
const NEAR_MS = 3 * 86_400_000

/** Times on the wall clock of a zone. Times on the wall are kept as if they were UTC, in milliseconds. */
export class CivilSchedule implements Schedule {
  readonly expression: string
  readonly #fields: CronFields
  readonly #zone: Zone
  readonly #rule: ChangeRule

  constructor(expression: string, fields: CronFields, zone: Zone, dst: DstRule) {
    this.expression = expression
    this.#fields = fields
    this.#zone = zone
    this.#rule = changeRule(dst, fields)
  }

  get timeZone(): string {
    return this.#zone.name
  }

  next(after: EpochMs): EpochMs | null {
    checkInstant('after', after)
    if (after >= LAST_INSTANT) return null
    const tick = this.#search(Math.max(after, FIRST_INSTANT))
    return tick !== null && tick <= LAST_INSTANT ? tick : null
  }

  previous(before: EpochMs): EpochMs | null {
    checkInstant('before', before)
    if (before <= FIRST_INSTANT) return null
    const tick = this.#searchBack(Math.min(Math.ceil(before) - 1, LAST_INSTANT))
    return tick !== null && tick >= FIRST_INSTANT ? tick : null
  }

  describe(): string {
    return describeFields(this.#fields, this.#zone.name)
  }

  toString(): string {
    return this.expression
  }

  /** Finds the next matching time on the wall and carries it over every change that lies between. */
  #search(after: EpochMs): EpochMs | null {
    let offset = this.#zone.offsetAt(after)
    let known = after
    const recent = this.#rule === REAL_TIME ? null : this.#zone.lastChange(after, after - CHANGE_MS_MAX)
    const late = recent === null ? null : this.#nextShifted(recent, secondAfter(after + recent.before))
    let wall = this.#nextWall(Math.max(secondAfter(after + offset), recent === null ? -Infinity : this.#passed(recent)))
    while (wall !== null && wall - offset <= (late ?? LAST_INSTANT)) {
      const found = wall - offset
      const isFar = found - known > 3 * NEAR_MS
      const change = this.#zone.nextChange(known, isFar ? known + NEAR_MS : found)
      if (change === null && !isFar) return found
      if (change === null) {
        known = found - NEAR_MS
        offset = this.#zone.offsetAt(known)
        continue
      }
      const { at, after: behind } = change
      const rule = ruleAt(this.#rule, change)
      if (behind < change.before) {
        // What comes twice has been found before the change, unless both times count.
        if (rule.overlap === 'both') wall = this.#nextWall(at + behind)
      } else if (wall < at + behind) {
        if (rule.gap === 'end') return at
        const shifted = rule.gap === 'shift' ? wall - change.before : null
        wall = this.#nextWall(at + behind)
        if (shifted !== null) return wall === null ? shifted : Math.min(shifted, wall - behind)
      }
      known = at
      offset = behind
    }
    return late
  }

  /** The mirror image: from change to change into the past. */
  #searchBack(until: EpochMs): EpochMs | null {
    let offset = this.#zone.offsetAt(until)
    let known = until
    let wall = this.#previousWall(until + offset)
    while (wall !== null && wall - offset >= FIRST_INSTANT) {
      const found = wall - offset
      const isFar = known - found > 3 * NEAR_MS
      const change = this.#zone.lastChange(known, isFar ? known - NEAR_MS : found - CHANGE_MS_MAX)
      if (change === null && !isFar) return found
      if (change === null) {
        known = found + NEAR_MS
        offset = this.#zone.offsetAt(known)
        continue
      }
      const tick = this.#lastSince(change, known, wall)
      if (tick !== null) return tick
      known = change.at - 1
      offset = change.before
      wall = this.#previousWall(change.at + offset - 1)
    }
    return null
  }

  /** The last tick from a change on until `known`, when `wall` is the last matching time that the clock has shown since. */
  #lastSince(change: ZoneChange, known: EpochMs, wall: number): EpochMs | null {
    const { at, before, after: behind } = change
    const rule = ruleAt(this.#rule, change)
    if (behind < before) return wall >= (rule.overlap === 'both' ? at + behind : at + before) ? wall - behind : null
    const shown = wall >= at + behind ? wall - behind : null
    if (rule.gap === 'skip') return shown
    if (rule.gap === 'end') return shown ?? (wall >= at + before ? at : null)
    const swallowed = this.#previousWall(Math.min(at + behind - 1, known + before))
    const shifted = swallowed !== null && swallowed >= at + before ? swallowed - before : null
    return shown === null || shifted === null ? (shown ?? shifted) : Math.max(shown, shifted)
  }

  /** The first time at or after `from` on the wall that a gap has swallowed and that fires later. */
  #nextShifted(change: ZoneChange, from: number): EpochMs | null {
    const { at, before, after: behind } = change
    if (this.#rule.gap !== 'shift' || from >= at + behind) return null
    const wall = this.#nextWall(Math.max(from, at + before))
    return wall !== null && wall < at + behind ? wall - before : null
  }

  /** Up to which time on the wall everything was passed before a change that set the clock back. */
  #passed(change: ZoneChange): number {
    const isRepeated = change.after < change.before && ruleAt(this.#rule, change).overlap === 'first'
    return isRepeated ? change.at + change.before : -Infinity
  }

  /** The first matching time on the wall, in milliseconds, at or after `from`. */
  #nextWall(from: number): number | null {
    const second = nextCivilSecond(this.#fields, Math.ceil(from / 1000))
    return second === null ? null : second * 1000
  }

  /** The last matching time on the wall, in milliseconds, at or before `from`. */
  #previousWall(from: number): number | null {
    const second = previousCivilSecond(this.#fields, Math.floor(from / 1000))
    return second === null ? null : second * 1000
  }
}

/** The first whole second later than `wall`. */
function secondAfter(wall: number): number {
  return Math.floor(wall / 1000) * 1000 + 1000
}
