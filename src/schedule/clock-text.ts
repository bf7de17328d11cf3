import type { DurationMs } from '../model/units.js'
import { lengthOfMonth } from './civil.js'
import type { CronFields } from './cron-fields.js'
import { scheduleInvalid } from './schedule-error.js'
import { setOf } from './small-set.js'
import type { SmallSet } from './small-set.js'
import type { Word } from './words.js'
import { YearSet } from './year-set.js'

/** A time of day, and the offset that was written behind it; null for the zone of the schedule. */
export interface TimeOfDay {
  readonly hour: number
  readonly minute: number
  readonly offset: DurationMs | null
}

/** What a monthly schedule does in months that are too short: the last day of the month, or nothing. */
export type MonthOverflow = 'last' | 'skip'

export interface TimeOfMonth {
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly overflow: MonthOverflow
}

const ALL_DAYS: SmallSet = setOf(...Array.from({ length: 31 }, (_, index) => index + 1))
const ALL_MONTHS: SmallSet = setOf(...Array.from({ length: 12 }, (_, index) => index + 1))
const ALL_WEEKDAYS: SmallSet = setOf(0, 1, 2, 3, 4, 5, 6)
const NO_DAYS: SmallSet = setOf()

/** Every month has these. */
const DAYS_IN_ALL_MONTHS = 28

/** Reads `08:00`, `08:00Z`, `08:00+02:00`; null for other forms. */
export function parseTimeOfDay(expression: string, body: Word): TimeOfDay | null {
  if (!/^\d{1,2}:/.test(body.text)) return null
  const parts = partsOf(/^(\d\d):(\d\d)(?:(Z)|([+-])(\d\d):?(\d\d)?)?$/d, body)
  if (parts === null) {
    const expected = 'HH:MM, possibly with Z or an offset such as +02:00'
    throw scheduleInvalid(expression, { field: 'time of day', position: body.at, expected, got: body.text })
  }
  const [hour, minute, utc, sign, hours, minutes] = parts
  const ahead = number(expression, hours, 'offset', 23) * 60 + number(expression, minutes, 'offset', 59)
  return {
    hour: number(expression, hour, 'hour', 23),
    minute: number(expression, minute, 'minute', 59),
    offset: sign === undefined ? (utc === undefined ? null : 0) : (sign.text === '-' ? -ahead : ahead) * 60_000,
  }
}

/** Reads `monthly(31 08:00)` and `monthly(31 08:00 skip)`, the texts of `monthly({ ... })`; null for other forms. */
export function parseMonthly(expression: string, body: Word): TimeOfMonth | null {
  if (!body.text.startsWith('monthly(')) return null
  const parts = partsOf(/^monthly\((\d{1,2}) (\d\d):(\d\d)(?: (last|skip))?\)$/d, body)
  if (parts === null) {
    const expected = 'monthly(DAY HH:MM), possibly with last or skip behind the time'
    throw scheduleInvalid(expression, { field: 'monthly', position: body.at, expected, got: body.text })
  }
  const [day, hour, minute, overflow] = parts
  return {
    day: number(expression, day, 'day of month', 31, 1),
    hour: number(expression, hour, 'hour', 23),
    minute: number(expression, minute, 'minute', 59),
    overflow: overflow?.text === 'skip' ? 'skip' : 'last',
  }
}

/** Reads `at(2027-01-31T08:00:00)` as EventBridge does; null for other forms. */
export function parseAt(expression: string, body: Word): CronFields | null {
  if (!body.text.startsWith('at(')) return null
  const parts = partsOf(/^at\((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\)$/d, body)
  if (parts === null) {
    const expected = 'at(yyyy-mm-ddThh:mm:ss)'
    throw scheduleInvalid(expression, { field: 'at', position: body.at, expected, got: body.text })
  }
  const year = number(expression, parts[0], 'year', 9999, 1)
  const month = number(expression, parts[1], 'month', 12, 1)
  const day = number(expression, parts[2], 'day of month', lengthOfMonth(year, month), 1)
  return {
    ...daily(number(expression, parts[3], 'hour', 23), number(expression, parts[4], 'minute', 59)),
    seconds: setOf(number(expression, parts[5], 'second', 59)),
    days: setOf(day),
    months: setOf(month),
    years: new YearSet([{ first: year, last: year, step: 1 }]),
  }
}

/** Every day at a time. */
export function daily(hour: number, minute: number): CronFields {
  return {
    seconds: setOf(0),
    minutes: setOf(minute),
    hours: setOf(hour),
    days: ALL_DAYS,
    specialDates: [],
    months: ALL_MONTHS,
    weekdays: ALL_WEEKDAYS,
    specialWeekdays: [],
    years: null,
    bothDays: true,
    wild: false,
  }
}

/** Once a month at a time. */
export function monthly({ day, hour, minute, overflow }: TimeOfMonth): CronFields {
  const fields = daily(hour, minute)
  if (overflow === 'skip' || day <= DAYS_IN_ALL_MONTHS) return { ...fields, days: setOf(day) }
  return { ...fields, days: NO_DAYS, specialDates: [{ kind: 'at-most', day }] }
}

/** What the groups of a pattern (with the flag `d`) have found, and where; null when it does not fit. */
function partsOf(pattern: RegExp, { text, at }: Word): (Word | undefined)[] | null {
  const match = pattern.exec(text)
  if (match === null) return null
  const groups = match.slice(1) as (string | undefined)[]
  return groups.map((group, index) => {
    const [start = 0] = match.indices?.[index + 1] ?? []
    return group === undefined ? undefined : { text: group, at: at + start }
  })
}

/** A part as a number; 0 when it was not written. */
function number(expression: string, part: Word | undefined, field: string, max: number, min = 0): number {
  if (part === undefined) return 0
  const value = Number(part.text)
  if (value >= min && value <= max) return value
  throw scheduleInvalid(expression, { field, position: part.at, expected: `${min} to ${max}`, got: part.text })
}
