import { lengthOfMonth } from './civil.js'
import type { CronFields } from './cron-fields.js'
import { parseField } from './cron-field.js'
import type { FieldRule } from './cron-field.js'
import { scheduleInvalid } from './schedule-error.js'
import { SmallSet } from './small-set.js'
import { splitWords } from './words.js'
import type { Word } from './words.js'

const MINUTE: FieldRule = { name: 'minute', min: 0, max: 59 }
const HOUR: FieldRule = { name: 'hour', min: 0, max: 23 }
const DAY: FieldRule = { name: 'day of month', min: 1, max: 31 }
const MONTH: FieldRule = {
  name: 'month',
  min: 1,
  max: 12,
  names: numbered(1, 'jan feb mar apr may jun jul aug sep oct nov dec'),
}
const WEEKDAY: FieldRule = {
  name: 'day of week',
  min: 0,
  max: 6,
  names: numbered(0, 'sun mon tue wed thu fri sat'),
  sevenIsZero: true,
}

const FIELDS = [MINUTE, HOUR, DAY, MONTH, WEEKDAY] as const

/** The short cuts of every cron since Vixie's, without `@reboot`, which names no time. */
const SHORTCUTS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])

/** A leap year: it has every date there is. */
const LEAP_YEAR = 2024

function numbered(first: number, names: string): ReadonlyMap<string, number> {
  return new Map(names.split(' ').map((name, index) => [name, first + index]))
}

/** Reads five fields (minute, hour, day of month, month, day of week), or a short cut such as `@daily`. `body` is what follows a zone. */
export function parseUnixCron(expression: string, body: Word): CronFields {
  if (body.text.startsWith('@')) return parseShortcut(expression, body)
  const words = splitWords(body.text, body.at)
  const [minute, hour, day, month, weekday, tooMuch] = words
  if (minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined) {
    throw refuseCount(expression, FIELDS[words.length] ?? MINUTE, body.at + body.text.length, '')
  }
  if (tooMuch !== undefined) throw refuseCount(expression, WEEKDAY, tooMuch.at, body.text.slice(tooMuch.at - body.at))
  const fields: CronFields = {
    seconds: only(0),
    minutes: parseField(expression, minute, MINUTE),
    hours: parseField(expression, hour, HOUR),
    days: parseField(expression, day, DAY),
    months: parseField(expression, month, MONTH),
    weekdays: parseField(expression, weekday, WEEKDAY),
    // Vixie's rule looks at the first character only: `*/2` counts as a star, `1-31` does not.
    bothDays: day.text.startsWith('*') || weekday.text.startsWith('*'),
    wild: minute.text.startsWith('*') || hour.text.startsWith('*'),
  }
  refuseImpossibleDate(expression, fields, day)
  return fields
}

function parseShortcut(expression: string, body: Word): CronFields {
  const fields = SHORTCUTS.get(body.text.toLowerCase())
  if (fields === undefined) {
    const expected = `one of ${[...SHORTCUTS.keys()].join(', ')}, or @every with a duration`
    throw scheduleInvalid(expression, { field: 'short cut', position: body.at, expected, got: body.text })
  }
  return parseUnixCron(fields, { text: fields, at: 0 })
}

function refuseCount(expression: string, field: FieldRule, position: number, got: string): Error {
  const expected = 'five fields (minute, hour, day of month, month, day of week)'
  return scheduleInvalid(expression, { field: field.name, position, expected, got })
}

function only(value: number): SmallSet {
  const set = new SmallSet()
  set.add(value)
  return set
}

/** `0 0 30 2 *` would be accepted and never fire; whoever wrote it meant something else. With a weekday instead of a date all is well. */
function refuseImpossibleDate(expression: string, fields: CronFields, day: Word): void {
  if (!fields.bothDays) return
  const earliest = fields.days.next(1)
  for (let month = fields.months.next(1); month >= 0; month = fields.months.next(month + 1)) {
    if (earliest <= lengthOfMonth(LEAP_YEAR, month)) return
  }
  const expected = 'a day that one of the months has'
  throw scheduleInvalid(expression, { field: DAY.name, position: day.at, expected, got: day.text })
}
