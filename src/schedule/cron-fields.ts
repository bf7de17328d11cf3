import { dayOfDate, lengthOfMonth, weekdayOfDay } from './civil.js'
import type { SmallSet } from './small-set.js'
import { dayOfSpecialDate, dayOfSpecialWeekday } from './special-days.js'
import type { SpecialDate, SpecialWeekday } from './special-days.js'
import type { YearSet } from './year-set.js'

/** Times on a wall clock, as every dialect ends up: the sets of its fields and how the two day fields meet. */
export interface CronFields {
  readonly seconds: SmallSet
  readonly minutes: SmallSet
  readonly hours: SmallSet
  /** Days of the month, 1 to 31. */
  readonly days: SmallSet
  readonly specialDates: readonly SpecialDate[]
  readonly months: SmallSet
  /** 0 is Sunday. */
  readonly weekdays: SmallSet
  readonly specialWeekdays: readonly SpecialWeekday[]
  /** Null for every year. */
  readonly years: YearSet | null
  /** True: a day must be in both day fields (one of them begins with a star); false: in either. */
  readonly bothDays: boolean
  /** Minute or hour begins with a star: by Vixie's rule the schedule follows real time through a daylight-saving change. */
  readonly wild: boolean
}

/** The days of one month on which the expression matches, as bits 1 to 31. */
export function matchingDays(fields: CronFields, year: number, month: number): number {
  if (!fields.months.has(month) || fields.years?.has(year) === false) return 0
  const length = lengthOfMonth(year, month)
  const first = weekdayOfDay(dayOfDate(year, month, 1))
  let dates = fields.days.bits
  for (const date of fields.specialDates) dates |= 1 << dayOfSpecialDate(date, { length, first })
  let weekdays = spreadWeekdays(fields.weekdays.bits, first)
  for (const weekday of fields.specialWeekdays) weekdays |= 1 << dayOfSpecialWeekday(weekday, { length, first })
  const existing = -1 >>> (31 - length)
  // Bit 0 is where days that do not exist were put.
  return (fields.bothDays ? dates & weekdays : dates | weekdays) & existing & ~1
}

/** The days 1 to 31 of a month whose first is `first`, as bits, from the weekdays 0 to 6 as bits. */
function spreadWeekdays(weekdays: number, first: number): number {
  const week = ((weekdays >> first) | (weekdays << (7 - first))) & 0x7f
  return (week << 1) | (week << 8) | (week << 15) | (week << 22) | (week << 29)
}
