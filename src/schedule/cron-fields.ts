import { dayOfDate, lengthOfMonth, weekdayOfDay } from './civil.js'
import type { SmallSet } from './small-set.js'

/** A cron expression, read: the sets of its fields and how the two day fields meet. */
export interface CronFields {
  readonly seconds: SmallSet
  readonly minutes: SmallSet
  readonly hours: SmallSet
  /** Days of the month, 1 to 31. */
  readonly days: SmallSet
  readonly months: SmallSet
  /** 0 is Sunday. */
  readonly weekdays: SmallSet
  /** True: a day must be in both day fields (one of them begins with a star); false: in either. */
  readonly bothDays: boolean
  /** Minute or hour begins with a star: the schedule follows real time through a daylight-saving change. */
  readonly wild: boolean
}

/** The days of one month on which the expression matches, as bits 1 to 31. */
export function matchingDays(fields: CronFields, year: number, month: number): number {
  const existing = -1 >>> (31 - lengthOfMonth(year, month))
  const weekdays = spreadWeekdays(fields.weekdays.bits, weekdayOfDay(dayOfDate(year, month, 1)))
  const days = fields.days.bits
  return (fields.bothDays ? days & weekdays : days | weekdays) & existing & ~1
}

/** The days 1 to 31 of a month whose first is `first`, as bits, from the weekdays 0 to 6 as bits. */
function spreadWeekdays(weekdays: number, first: number): number {
  const week = ((weekdays >> first) | (weekdays << (7 - first))) & 0x7f
  return (week << 1) | (week << 8) | (week << 15) | (week << 22) | (week << 29)
}
