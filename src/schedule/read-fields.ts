import { parseField, parseRanges } from './cron-field.js'
import type { CronFields } from './cron-fields.js'
import type { CronRules } from './cron-rules.js'
import { nextCivilSecond } from './cron-search.js'
import { dayOfDate } from './civil.js'
import { dateReader, weekdayReader } from './day-items.js'
import { scheduleInvalid } from './schedule-error.js'
import { setOf } from './small-set.js'
import type { SmallSet } from './small-set.js'
import type { SpecialDate, SpecialWeekday } from './special-days.js'
import type { Word } from './words.js'
import { YearSet } from './year-set.js'

/** The words of an expression, each in its field; without a second it is 0, without a year it is every year. */
export interface FieldWords {
  readonly second: Word | null
  readonly minute: Word
  readonly hour: Word
  readonly day: Word
  readonly month: Word
  readonly weekday: Word
  readonly year: Word | null
}

/** What the dialect makes of the fields together. */
export interface FieldMeeting {
  readonly bothDays: boolean
  readonly wild: boolean
}

/** Shared by the many that have none. */
const NO_DAYS: readonly never[] = []
const SECOND_ZERO: SmallSet = setOf(0)

/** Reads all fields, and refuses what never comes, such as 30 February. */
export function readFields(
  expression: string,
  words: FieldWords,
  rules: CronRules,
  { bothDays, wild }: FieldMeeting,
): CronFields {
  const dates: SpecialDate[] = []
  const weekdays: SpecialWeekday[] = []
  const fields: CronFields = {
    seconds: words.second === null ? SECOND_ZERO : parseField(expression, words.second, rules.second),
    minutes: parseField(expression, words.minute, rules.minute),
    hours: parseField(expression, words.hour, rules.hour),
    days: parseField(expression, words.day, rules.day, dateReader(expression, rules, dates)),
    specialDates: dates.length === 0 ? NO_DAYS : dates,
    months: parseField(expression, words.month, rules.month),
    weekdays: parseWeekdays(expression, words.weekday, rules, weekdays),
    specialWeekdays: weekdays.length === 0 ? NO_DAYS : weekdays,
    years: parseYears(expression, words.year, rules),
    bothDays,
    wild,
  }
  if (isPossible(fields)) return fields
  const expected = `a day that one of the months${words.year === null ? '' : ' of these years'} has`
  throw scheduleInvalid(expression, { field: rules.day.name, position: words.day.at, expected, got: words.day.text })
}

function parseWeekdays(expression: string, field: Word, rules: CronRules, found: SpecialWeekday[]): SmallSet {
  const { specialDays, weekday } = rules
  // Quartz and EventBridge: the last day of the week is Saturday.
  if (specialDays !== false && specialDays.loneWeekday && /^L$/i.test(field.text)) return setOf(6)
  return parseField(expression, field, weekday, weekdayReader(expression, rules, field, found))
}

/** Null for every year: a star alone, or no field. */
function parseYears(expression: string, field: Word | null, { year }: CronRules): YearSet | null {
  return field === null || field.text === '*' ? null : new YearSet(parseRanges(expression, field, year))
}

function isPossible(fields: CronFields): boolean {
  const year = fields.years?.next(0) ?? 1970
  return nextCivilSecond(fields, dayOfDate(year, 1, 1) * 86_400) !== null
}
