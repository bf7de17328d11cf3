import type { CronFields } from './cron-fields.js'
import { describeTime, isListed } from './describe-time.js'
import { listOf, ordinal, runsOf, stepOf } from './phrases.js'
import type { SpecialDate, SpecialWeekday } from './special-days.js'

const MONTHS = 'January February March April May June July August September October November December'.split(' ')
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
const NTH = ['first', 'second', 'third', 'fourth', 'fifth']

const monthName = (month: number): string => MONTHS[month - 1] ?? String(month)
const weekdayName = (weekday: number): string => WEEKDAYS[weekday % 7] ?? String(weekday)

/** What an expression does, in plain English: `at 08:00 on the 1st of January and July, Europe/Amsterdam time`. */
export function describeFields(fields: CronFields, timeZone: string): string {
  const zone = timeZone === 'UTC' ? 'UTC' : `${timeZone} time`
  return `${onceOf(fields) ?? `${describeTime(fields)}${describeDays(fields)}${describeYears(fields)}`}, ${zone}`
}

/** A single instant, as `at(...)` names it. */
function onceOf(fields: CronFields): string | null {
  const [range, another] = fields.years?.ranges ?? []
  const [days, months] = [[...fields.days], [...fields.months]]
  const isOneDay = days.length === 1 && months.length === 1 && isEveryWeekday(fields) && fields.bothDays
  if (range === undefined || another !== undefined || range.first !== range.last || !isOneDay) return null
  return `once, ${describeTime(fields)} on ${days[0] ?? 0} ${monthName(months[0] ?? 0)} ${range.first}`
}

function describeDays(fields: CronFields): string {
  const dates = datePhrases(fields)
  const weekdays = weekdayPhrases(fields)
  const months = monthPhrase(fields)
  if (dates === null && weekdays === null) {
    if (months !== null) return `, every day ${months.startsWith('from') ? '' : 'in '}${months}`
    return isListed(fields) ? ' every day' : ''
  }
  const of = months === null ? 'of the month' : months.startsWith('from') ? `of each month ${months}` : `of ${months}`
  if (weekdays === null) return ` on the ${listOf(dates ?? [])} ${of}`
  const weekday = listOf(weekdays, fields.bothDays ? 'or' : 'and')
  if (dates !== null) {
    const meeting = fields.bothDays ? `when it is a ${weekday}` : `and on every ${weekday}`
    return ` on the ${listOf(dates)} ${of}, ${meeting}`
  }
  const isSpecial = fields.specialWeekdays.length > 0
  const within = isSpecial ? ` ${of}` : months === null ? '' : ` ${months.startsWith('from') ? '' : 'in '}${months}`
  return ` on ${listOf(weekdays)}${within}`
}

/** Null for every date. */
function datePhrases({ days, specialDates }: CronFields): string[] | null {
  const values = [...days]
  if (values.length === 31) return null
  const step = stepOf(values, 31)
  const plain =
    step !== null && step > 1
      ? [`${ordinal(values[0] ?? 0)} and every ${ordinal(step)} day from there`]
      : runsOf(values, ordinal)
  return [...plain, ...specialDates.map(specialDatePhrase)]
}

function specialDatePhrase(date: SpecialDate): string {
  if (date.kind === 'at-most') return `${ordinal(date.day)} (or the last day)`
  if (date.kind === 'nearest') return `weekday nearest to the ${ordinal(date.day)}`
  if (date.before === 0) return date.nearest ? 'last weekday' : 'last day'
  const day = `${ordinal(date.before)} day before the last`
  return date.nearest ? `weekday nearest to the ${day}` : day
}

/** Null for every weekday. */
function weekdayPhrases(fields: CronFields): string[] | null {
  if (isEveryWeekday(fields)) return null
  const values = [...fields.weekdays]
  // A week that is told from Monday: Sunday comes last.
  const fromMonday = values.includes(0) && values.length > 1 ? [...values.filter((value) => value > 0), 7] : values
  return [...runsOf(fromMonday, weekdayName), ...fields.specialWeekdays.map(specialWeekdayPhrase)]
}

function specialWeekdayPhrase(special: SpecialWeekday): string {
  const which = special.kind === 'last' ? 'last' : NTH[special.nth - 1]
  return `the ${which ?? ''} ${weekdayName(special.weekday)}`
}

function isEveryWeekday({ weekdays }: CronFields): boolean {
  return weekdays.bits === 0x7f
}

/** Null for every month. */
function monthPhrase({ months }: CronFields): string | null {
  const values = [...months]
  if (values.length === 12) return null
  const runs = runsOf(values, monthName)
  return runs.length === 1 && values.length >= 3 ? `from ${runs[0] ?? ''}` : listOf(runs)
}

function describeYears({ years }: CronFields): string {
  if (years === null) return ''
  const phrases = years.ranges.map(({ first, last, step }) => {
    if (first === last) return `in ${first}`
    return step === 1 ? `from ${first} to ${last}` : `every ${step} years from ${first} to ${last}`
  })
  return `, ${listOf(phrases)}`
}
