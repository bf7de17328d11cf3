/**
 * Random expressions of every dialect, each with what it means. The meaning is made together with the text, never read from it.
 */
import { plain } from './random-plain.mjs'

/** @typedef {import('../kit/random.mjs').Random} Random */
/** @typedef {import('./brute-force.mjs').Meaning} Meaning */
/** @typedef {import('./brute-force.mjs').DayItem} DayItem */

/**
 * @typedef {object} Expression
 * @property {string} text
 * @property {Meaning} meaning
 * @property {number} [offset] it names its own offset, in milliseconds ahead of UTC
 * @property {number} [everyMs] it counts elapsed time, and `meaning` says nothing
 * @property {import('./brute-force.mjs').Rule} [standard] its rule, when it is not that of the dialect
 */

/** @typedef {{ text: string, values: Set<number> }} Field */

/**
 * @typedef {object} FieldShape
 * @property {number} min
 * @property {number} max
 * @property {readonly string[]} [names] from `min` on
 * @property {boolean} [wraps]
 * @property {boolean} [sundaySeven]
 */

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ')

/** By the name that the engine knows; `auto` stands for the forms that are no cron. @type {Record<'auto' | 'cron' | 'robfig' | 'quartz' | 'eventbridge', (random: Random) => Expression>} */
export const dialects = {
  auto: plain,
  cron: (random) => unix(random, random.next() < 0.3, true),
  robfig: (random) => unix(random, false, false),
  quartz,
  eventbridge,
}

/**
 * @param {Random} random
 * @param {boolean} hasSecond
 * @param {boolean} isCron with `L`, `W`, `#` and Sunday as 7; without: robfig
 * @returns {Expression}
 */
function unix(random, hasSecond, isCron) {
  const time = timeFields(random, false)
  const days = field(random, { min: 1, max: 31 }, 0.45)
  const weekdays = field(random, { min: 0, max: 6, names: WEEKDAYS, sundaySeven: isCron }, 0.45)
  const dates = isCron && random.next() < 0.25 ? dateItem(random, false) : { text: days.text, item: valuesOf(days) }
  const week =
    isCron && random.next() < 0.25 ? weekdayItem(random, 0) : { text: weekdays.text, item: valuesOf(weekdays) }
  const months = field(random, { min: 1, max: 12, names: MONTHS }, 0.6)
  const second = hasSecond ? `${time.second.text} ` : ''
  const star = isCron ? /^\*/ : /(^|,)\*(,|$|\/1(,|$))/
  return {
    text: `${second}${time.minute.text} ${time.hour.text} ${dates.text} ${months.text} ${week.text}`,
    meaning: {
      seconds: hasSecond ? time.second.values : new Set([0]),
      minutes: time.minute.values,
      hours: time.hour.values,
      dates: [dates.item],
      months: months.values,
      weekdays: [week.item],
      years: null,
      bothDays: star.test(dates.text) || star.test(week.text),
      wild: time.minute.text.startsWith('*') || time.hour.text.startsWith('*'),
    },
  }
}

/**
 * @param {Random} random
 * @returns {Expression}
 */
function quartz(random) {
  const time = timeFields(random, true)
  const days = oneDayField(random, true)
  const months = field(random, { min: 1, max: 12, names: MONTHS, wraps: true }, 0.6)
  const years = random.next() < 0.15 ? field(random, { min: 1970, max: 2199 }, 0.3) : null
  const text = [time.second.text, time.minute.text, time.hour.text, days.date, months.text, days.weekday]
  return {
    text: [...text, ...(years === null ? [] : [years.text])].join(' '),
    meaning: meaningOf(time, days, months, years?.text === '*' ? null : years, time.second.values),
  }
}

/**
 * @param {Random} random
 * @returns {Expression}
 */
function eventbridge(random) {
  const time = timeFields(random, false)
  const hour = field(random, { min: 0, max: 23, wraps: true }, 0.3)
  const days = oneDayField(random, false)
  const months = field(random, { min: 1, max: 12, names: MONTHS }, 0.6)
  const years = field(random, { min: 1970, max: 2199 }, 0.85)
  return {
    text: `cron(${time.minute.text} ${hour.text} ${days.date} ${months.text} ${days.weekday} ${years.text})`,
    meaning: meaningOf({ ...time, hour }, days, months, years.text === '*' ? null : years, new Set([0])),
  }
}

/**
 * @param {{ minute: Field, hour: Field }} time
 * @param {{ dates: DayItem[], weekdays: DayItem[] }} days
 * @param {Field} months
 * @param {Field | null} years
 * @param {Set<number>} seconds
 * @returns {Meaning}
 */
function meaningOf({ minute, hour }, { dates, weekdays }, months, years, seconds) {
  return {
    seconds,
    minutes: minute.values,
    hours: hour.values,
    dates,
    months: months.values,
    weekdays,
    years: years === null ? null : years.values,
    bothDays: true,
    wild: minute.text.startsWith('*') || hour.text.startsWith('*'),
  }
}

/**
 * Fixed times more often than wild ones: changes of the clock are made for them. Seconds are few, to look at every one of them.
 * @param {Random} random
 * @param {boolean} wraps
 */
function timeFields(random, wraps) {
  const isNight = random.next() < 0.5
  return {
    second: random.next() < 0.02 ? field(random, { min: 0, max: 59, wraps }, 0.5) : list(random, 0, 59),
    minute: field(random, { min: 0, max: 59, wraps }, 0.15),
    hour: isNight ? list(random, 0, 4) : field(random, { min: 0, max: 23, wraps }, 0.3),
  }
}

/**
 * The day fields of Quartz and EventBridge, one of which is `?`.
 * @param {Random} random
 * @param {boolean} isQuartz
 */
function oneDayField(random, isQuartz) {
  const all = (/** @type {number} */ min, /** @type {number} */ max) =>
    valuesOf({ text: '', values: range(min, max, 1) })
  if (random.next() < 0.5) {
    const plain = field(random, { min: 1, max: 31, wraps: isQuartz }, 0.4)
    const special = random.next() < 0.4 ? dateItem(random, isQuartz) : null
    return {
      date: special?.text ?? plain.text,
      weekday: '?',
      dates: [special?.item ?? valuesOf(plain)],
      weekdays: [all(0, 6)],
    }
  }
  const plain = field(random, { min: 1, max: 7, names: WEEKDAYS, wraps: true }, 0.3)
  const shifted = { text: plain.text, values: new Set([...plain.values].map((value) => value - 1)) }
  const special = random.next() < 0.4 ? weekdayItem(random, 1) : null
  return {
    date: '?',
    weekday: special?.text ?? plain.text,
    dates: [all(1, 31)],
    weekdays: [special?.item ?? valuesOf(shifted)],
  }
}

/**
 * @param {Random} random
 * @param {boolean} isQuartz
 * @returns {{ text: string, item: DayItem }}
 */
function dateItem(random, isQuartz) {
  const before = isQuartz && random.next() < 0.4 ? random.whole(0, 30) : null
  const day = random.whole(1, 31)
  const kind = random.pick(['L', 'LW', 'W'])
  if (kind === 'W') return { text: `${day}W`, item: { kind: 'nearest', day } }
  const text = `L${before === null ? '' : `-${before}`}${kind === 'LW' ? 'W' : ''}`
  return { text, item: { kind: 'last', before: before ?? 0, nearest: kind === 'LW' } }
}

/**
 * @param {Random} random
 * @param {number} sunday
 * @returns {{ text: string, item: DayItem }}
 */
function weekdayItem(random, sunday) {
  const weekday = random.whole(0, 6)
  const name = random.next() < 0.5 ? String(weekday + sunday) : (WEEKDAYS[weekday] ?? '')
  if (random.next() < 0.4) return { text: `${name}L`, item: { kind: 'last-weekday', weekday } }
  const nth = random.whole(1, 5)
  return { text: `${name}#${nth}`, item: { kind: 'nth-weekday', weekday, nth } }
}

/**
 * @param {Field} field
 * @returns {DayItem}
 */
function valuesOf({ values }) {
  return { kind: 'values', values }
}

/**
 * @param {Random} random
 * @param {FieldShape} shape
 * @param {number} starShare how often it is a plain star
 * @returns {Field}
 */
export function field(random, shape, starShare) {
  if (random.next() < starShare) return { text: '*', values: range(shape.min, shape.max, 1) }
  const items = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => item(random, shape))
  return {
    text: items.map(({ text }) => text).join(','),
    values: new Set(items.flatMap(({ values }) => [...values])),
  }
}

/**
 * @param {Random} random
 * @param {FieldShape} shape
 * @returns {Field}
 */
function item(random, { min, max, names, wraps = false, sundaySeven = false }) {
  const written = (/** @type {number} */ value) => {
    const name = names?.[value - min]
    if (name === undefined || random.next() < 0.5) return String(value)
    return random.next() < 0.5 ? name : name.toUpperCase()
  }
  const [one, other] = [random.whole(min, max), random.whole(min, max)]
  const [low, high] = wraps ? [one, other] : [Math.min(one, other), Math.max(one, other)]
  const span = max - min + 1
  const end = high < low ? high + span : high
  const step = random.whole(1, Math.min(span - 1, 40))
  const kind = random.pick(['value', 'value', 'range', 'range/step', '*/step', 'value/step'])
  if (kind === 'value') {
    if (sundaySeven && one === 0 && random.next() < 0.5) return { text: '7', values: new Set([0]) }
    return { text: written(one), values: new Set([one]) }
  }
  if (kind === '*/step') return { text: `*/${step}`, values: range(min, max, step) }
  if (kind === 'value/step') return { text: `${written(one)}/${step}`, values: range(one, max, step) }
  const by = kind === 'range' ? 1 : step
  const values = new Set([...range(low, end, by)].map((value) => (value > max ? value - span : value)))
  return { text: `${written(low)}-${written(high)}${kind === 'range' ? '' : `/${step}`}`, values }
}

/**
 * @param {Random} random
 * @param {number} min
 * @param {number} max
 * @returns {Field}
 */
function list(random, min, max) {
  const values = Array.from({ length: random.whole(1, 3) }, () => random.whole(min, max))
  return { text: values.join(','), values: new Set(values) }
}

/**
 * @param {number} first
 * @param {number} last
 * @param {number} step
 */
function range(first, last, step) {
  /** @type {Set<number>} */
  const values = new Set()
  for (let value = first; value <= last; value += step) values.add(value)
  return values
}
