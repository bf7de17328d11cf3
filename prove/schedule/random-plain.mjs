/**
 * Random expressions of the forms that are no cron: times of day, days of the month, single instants and intervals.
 */

/** @typedef {import('../kit/random.mjs').Random} Random */
/** @typedef {import('./random-expressions.mjs').Expression} Expression */
/** @typedef {import('./brute-force.mjs').Meaning} Meaning */

const MINUTE = 60_000

/** How intervals are written, with the milliseconds of their unit. @type {readonly (readonly [(count: number) => string, number])[]} */
const intervals = [
  [(count) => `every ${count} minutes`, MINUTE],
  [(count) => `every ${count}s`, 1000],
  [(count) => `every ${count} hours ${count} minutes`, 61 * MINUTE],
  [(count) => `@every ${count}h`, 60 * MINUTE],
  [(count) => `@every ${count}m30s`, 0],
  [(count) => `rate(${count} ${count === 1 ? 'minute' : 'minutes'})`, MINUTE],
  [(count) => `rate(${count} ${count === 1 ? 'day' : 'days'})`, 1440 * MINUTE],
  [(count) => `${count} ${count === 1 ? 'hour' : 'hours'}`, 60 * MINUTE],
]

/**
 * @param {Random} random
 * @returns {Expression}
 */
export function plain(random) {
  const kind = random.pick(['daily', 'offset', 'monthly', 'at', 'interval', 'interval'])
  if (kind === 'interval') return interval(random)
  const [hour, minute] = [random.pick([0, 1, 2, 3, random.whole(0, 23)]), random.whole(0, 59)]
  const time = `${two(hour)}:${two(minute)}`
  const meaning = dailyAt(hour, minute)
  if (kind === 'daily') return { text: time, meaning }
  if (kind === 'offset') {
    const sign = random.pick([1, -1])
    const [hours, minutes] = [random.whole(0, 14), random.pick([0, 30, 45])]
    const offset = sign * (hours * 60 + minutes) * MINUTE
    return { text: `${time}${sign < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`, meaning, offset }
  }
  if (kind === 'at') {
    const [year, month, day] = [random.whole(1970, 2099), random.whole(1, 12), random.whole(1, 28)]
    const dates = {
      dates: [{ kind: /** @type {const} */ ('values'), values: new Set([day]) }],
      months: new Set([month]),
    }
    const text = `at(${year}-${two(month)}-${two(day)}T${time}:00)`
    return { text, meaning: { ...meaning, ...dates, years: new Set([year]) }, standard: 'skip-once' }
  }
  const day = random.whole(1, 31)
  const isSkipped = random.next() < 0.4
  const date = isSkipped
    ? { kind: /** @type {const} */ ('values'), values: new Set([day]) }
    : { kind: /** @type {const} */ ('at-most'), day }
  const overflow = isSkipped ? ' skip' : random.pick(['', ' last'])
  return { text: `monthly(${day} ${time}${overflow})`, meaning: { ...meaning, dates: [date] } }
}

/**
 * @param {Random} random
 * @returns {Expression}
 */
function interval(random) {
  const count = random.whole(1, 90)
  const [write, unitMs] = random.pick(intervals)
  const everyMs = unitMs === 0 ? count * MINUTE + 30_000 : count * unitMs
  return { text: write(count), meaning: dailyAt(0, 0), everyMs }
}

/**
 * @param {number} hour
 * @param {number} minute
 * @returns {Meaning}
 */
function dailyAt(hour, minute) {
  return {
    seconds: new Set([0]),
    minutes: new Set([minute]),
    hours: new Set([hour]),
    dates: [{ kind: 'values', values: upTo(31) }],
    months: upTo(12),
    weekdays: [{ kind: 'values', values: new Set([0, 1, 2, 3, 4, 5, 6]) }],
    years: null,
    bothDays: true,
    wild: false,
  }
}

/** @param {number} count */
const upTo = (count) => new Set(Array.from({ length: count }, (_, index) => index + 1))

/** @param {number} value */
const two = (value) => String(value).padStart(2, '0')
