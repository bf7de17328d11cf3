/**
 * Ticks found by looking at every day, hour, minute and second, by the rules as they are written: what the engine is compared
 * with. It shares no line with the engine and imports nothing; offsets come from the text that the runtime prints for an instant.
 */

/**
 * One item of a day field.
 * @typedef {{ kind: 'values', values: ReadonlySet<number> }
 *   | { kind: 'last', before: number, nearest: boolean }
 *   | { kind: 'nearest', day: number }
 *   | { kind: 'at-most', day: number }
 *   | { kind: 'last-weekday', weekday: number }
 *   | { kind: 'nth-weekday', weekday: number, nth: number }} DayItem
 */

/**
 * What an expression means, apart from how it is written.
 * @typedef {object} Meaning
 * @property {ReadonlySet<number>} seconds
 * @property {ReadonlySet<number>} minutes
 * @property {ReadonlySet<number>} hours
 * @property {readonly DayItem[]} dates
 * @property {ReadonlySet<number>} months
 * @property {readonly DayItem[]} weekdays 0 is Sunday
 * @property {ReadonlySet<number> | null} years null: all
 * @property {boolean} bothDays a day must be in both day fields, not in either
 * @property {boolean} wild minute or hour begins with a star
 */

/** @typedef {'vixie' | 'skip-once' | 'wall' | 'shift-once'} Rule */

/** A stretch of time in which a zone keeps its offset. @typedef {{ start: number, end: number, offset: number }} Stretch */

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The largest change of a clock, and then some: what happens to a day is decided within it. */
const REACH = 27 * HOUR

/** What is known of a zone: from 1969 to 2110. */
export const KNOWN_FROM = Date.UTC(1969, 0, 1)
export const KNOWN_UNTIL = Date.UTC(2110, 0, 1)

/**
 * The stretches of a zone, by looking at the clock once a day and, where it has been changed, at every second in between by halves.
 * @param {string} timeZone
 * @returns {Stretch[]}
 */
export function stretchesOf(timeZone) {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const offsetAt = (/** @type {number} */ at) => Date.parse(`${format.format(at).replace(' ', 'T')}Z`) - at
  /** @type {Stretch[]} */
  const stretches = []
  let start = -Infinity
  let offset = offsetAt(KNOWN_FROM)
  for (let at = KNOWN_FROM; at < KNOWN_UNTIL; at += DAY) {
    const next = offsetAt(at + DAY)
    if (next === offset) continue
    let [before, after] = [at, at + DAY]
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000
      if (offsetAt(middle) === offset) before = middle
      else after = middle
    }
    stretches.push({ start, end: after, offset })
    start = after
    offset = next
  }
  return [...stretches, { start, end: Infinity, offset }]
}

/**
 * The first tick later than `after`; null when there is none within so many days of the calendar.
 * @param {Meaning} meaning
 * @param {readonly Stretch[]} stretches
 * @param {Rule} rule
 * @param {number} after
 * @param {number} daysMax
 */
export function nextTick(meaning, stretches, rule, after, daysMax) {
  const first = Math.floor(after / DAY) - 2
  let found = Infinity
  for (let day = first; day < first + daysMax && day * DAY - REACH <= found; day++) {
    if (!isMatchingDay(meaning, day)) continue
    for (const tick of ticksOfDay(meaning, stretches, rule, day)) if (tick > after && tick < found) found = tick
  }
  return found === Infinity ? null : found
}

/**
 * The last tick earlier than `before`; null when there is none within so many days of the calendar.
 * @param {Meaning} meaning
 * @param {readonly Stretch[]} stretches
 * @param {Rule} rule
 * @param {number} before
 * @param {number} daysMax
 */
export function previousTick(meaning, stretches, rule, before, daysMax) {
  const last = Math.floor(before / DAY) + 2
  let found = -Infinity
  for (let day = last; day > last - daysMax && (day + 1) * DAY + REACH >= found; day--) {
    if (!isMatchingDay(meaning, day)) continue
    for (const tick of ticksOfDay(meaning, stretches, rule, day)) if (tick < before && tick > found) found = tick
  }
  return found === -Infinity ? null : found
}

/**
 * Whether any day of a century matches.
 * @param {Meaning} meaning
 */
export function isEverPossible(meaning) {
  for (let day = 0; day < 36_525 * 2.3; day++) if (isMatchingDay(meaning, day)) return true
  return false
}

/**
 * Every tick that comes of a day's times on the wall.
 * @param {Meaning} meaning
 * @param {readonly Stretch[]} stretches
 * @param {Rule} rule
 * @param {number} day counted from 1970-01-01
 */
function* ticksOfDay(meaning, stretches, rule, day) {
  const near = stretches.filter(({ start, end }) => start <= (day + 1) * DAY + REACH && end >= day * DAY - REACH)
  for (const hour of meaning.hours) {
    for (const minute of meaning.minutes) {
      for (const second of meaning.seconds) {
        const wall = day * DAY + hour * HOUR + minute * 60_000 + second * 1000
        yield* ticksOfWall(wall, near, rule, meaning)
      }
    }
  }
}

/**
 * @param {number} wall
 * @param {readonly Stretch[]} stretches those near it
 * @param {Rule} rule
 * @param {Meaning} meaning
 */
function ticksOfWall(wall, stretches, rule, meaning) {
  const shown = stretches
    .filter(({ start, end, offset }) => wall - offset >= start && wall - offset < end)
    .map(({ offset }) => wall - offset)
  if (shown.length === 1 || followsTheClock(rule, meaning)) return shown
  const limit = rule === 'vixie' ? 3 * HOUR : Infinity
  const [first, last] = [shown[0], shown.at(-1)]
  if (first !== undefined && last !== undefined) return last - first > limit ? shown : [first]
  const later = stretches.findIndex(({ start, offset }, index) => {
    const before = stretches[index - 1]
    return before !== undefined && wall >= start + before.offset && wall < start + offset
  })
  const [before, after] = [stretches[later - 1], stretches[later]]
  if (before === undefined || after === undefined) throw new Error(`the time ${wall} is neither shown nor in a gap`)
  if (rule === 'shift-once') return [wall - before.offset]
  return rule === 'vixie' && after.offset - before.offset <= limit ? [after.start] : []
}

/**
 * @param {Rule} rule
 * @param {Meaning} meaning
 */
function followsTheClock(rule, meaning) {
  if (rule === 'wall') return true
  return rule === 'vixie' ? meaning.wild : meaning.hours.size === 24
}

/**
 * @param {Meaning} meaning
 * @param {number} day counted from 1970-01-01
 */
function isMatchingDay({ dates, weekdays, months, years, bothDays }, day) {
  const date = new Date(day * DAY)
  if (!months.has(date.getUTCMonth() + 1) || years?.has(date.getUTCFullYear()) === false) return false
  const isDate = dates.some((item) => isDay(item, date, date.getUTCDate()))
  const isWeekday = weekdays.some((item) => isDay(item, date, date.getUTCDay()))
  return bothDays ? isDate && isWeekday : isDate || isWeekday
}

/**
 * @param {DayItem} item
 * @param {Date} date
 * @param {number} value its number in the field
 */
function isDay(item, date, value) {
  if (item.kind === 'values') return item.values.has(value)
  const day = date.getUTCDate()
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  if (item.kind === 'last-weekday') return value === item.weekday && day + 7 > last
  if (item.kind === 'nth-weekday') return value === item.weekday && Math.ceil(day / 7) === item.nth
  if (item.kind === 'at-most') return day === Math.min(item.day, last)
  const wanted = item.kind === 'last' ? last - item.before : item.day
  if (wanted < 1 || wanted > last) return false
  return day === (item.kind === 'nearest' || item.nearest ? nearestWeekday(date, wanted, last) : wanted)
}

/**
 * Of all days from Monday to Friday in the month, the one that is nearest.
 * @param {Date} date
 * @param {number} wanted
 * @param {number} last
 */
function nearestWeekday(date, wanted, last) {
  let nearest = NaN
  for (let day = 1; day <= last; day++) {
    const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay()
    if (weekday === 0 || weekday === 6) continue
    if (!(Math.abs(day - wanted) >= Math.abs(nearest - wanted))) nearest = day
  }
  return nearest
}
