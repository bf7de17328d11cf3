import { dateOfDay, dayOfDate } from './civil.js'
import { matchingDays } from './cron-fields.js'
import type { CronFields } from './cron-fields.js'
import { nextBit, previousBit } from './small-set.js'

const SECONDS_PER_DAY = 86_400

/** 29 February falls on a given weekday after 40 years at the latest (over 2100); nothing that exists is rarer. */
const YEARS_MAX = 50

/**
 * The first second of civil time (seconds since 1970-01-01T00:00:00 on the wall) at or after `from` that matches; null for none.
 * By arithmetic on the fields: its cost does not depend on how far away the answer is, but for the months it skips.
 */
export function nextCivilSecond(fields: CronFields, from: number): number | null {
  const today = Math.floor(from / SECONDS_PER_DAY)
  const { year, month, day } = dateOfDay(today)
  const days = matchingDays(fields, year, month)
  if (nextBit(days, day) === day) {
    const time = nextTime(fields, from - today * SECONDS_PER_DAY)
    if (time >= 0) return today * SECONDS_PER_DAY + time
  }
  const later = nextBit(days, day + 1)
  const next = later >= 0 ? today + later - day : firstDayAfterMonth(fields, year, month)
  return next === null ? null : next * SECONDS_PER_DAY + nextTime(fields, 0)
}

/** The last second of civil time at or before `from` that matches; null for none. */
export function previousCivilSecond(fields: CronFields, from: number): number | null {
  const today = Math.floor(from / SECONDS_PER_DAY)
  const { year, month, day } = dateOfDay(today)
  const days = matchingDays(fields, year, month)
  if (previousBit(days, day) === day) {
    const time = previousTime(fields, from - today * SECONDS_PER_DAY)
    if (time >= 0) return today * SECONDS_PER_DAY + time
  }
  const earlier = previousBit(days, day - 1)
  const previous = earlier >= 0 ? today + earlier - day : lastDayBeforeMonth(fields, year, month)
  return previous === null ? null : previous * SECONDS_PER_DAY + previousTime(fields, SECONDS_PER_DAY - 1)
}

/** The first matching day in a month after this one, counted from 1970-01-01. */
function firstDayAfterMonth(fields: CronFields, year: number, month: number): number | null {
  let within = year
  let candidate = month + 1
  for (let tried = 0; within >= 0 && (tried <= YEARS_MAX || fields.years !== null); tried++) {
    for (let one = fields.months.next(candidate); one >= 0; one = fields.months.next(one + 1)) {
      const day = nextBit(matchingDays(fields, within, one), 1)
      if (day >= 0) return dayOfDate(within, one, day)
    }
    within = fields.years === null ? within + 1 : fields.years.next(within + 1)
    candidate = 1
  }
  return null
}

/** The last matching day in a month before this one, counted from 1970-01-01. */
function lastDayBeforeMonth(fields: CronFields, year: number, month: number): number | null {
  let within = year
  let candidate = month - 1
  for (let tried = 0; within >= 0 && (tried <= YEARS_MAX || fields.years !== null); tried++) {
    for (let one = fields.months.previous(candidate); one >= 0; one = fields.months.previous(one - 1)) {
      const day = previousBit(matchingDays(fields, within, one), 31)
      if (day >= 0) return dayOfDate(within, one, day)
    }
    within = fields.years === null ? within - 1 : fields.years.previous(within - 1)
    candidate = 12
  }
  return null
}

/** The first matching second of the day at or after `from`; -1 when the day has no more. */
function nextTime({ hours, minutes, seconds }: CronFields, from: number): number {
  const hour = Math.floor(from / 3600)
  if (hours.has(hour)) {
    const minute = Math.floor(from / 60) % 60
    if (minutes.has(minute)) {
      const second = seconds.next(from % 60)
      if (second >= 0) return hour * 3600 + minute * 60 + second
    }
    const laterMinute = minutes.next(minute + 1)
    if (laterMinute >= 0) return hour * 3600 + laterMinute * 60 + seconds.next(0)
  }
  const laterHour = hours.next(hour + 1)
  return laterHour < 0 ? -1 : laterHour * 3600 + minutes.next(0) * 60 + seconds.next(0)
}

/** The last matching second of the day at or before `from`; -1 when there is none so early. */
function previousTime({ hours, minutes, seconds }: CronFields, from: number): number {
  const hour = Math.floor(from / 3600)
  if (hours.has(hour)) {
    const minute = Math.floor(from / 60) % 60
    if (minutes.has(minute)) {
      const second = seconds.previous(from % 60)
      if (second >= 0) return hour * 3600 + minute * 60 + second
    }
    const earlierMinute = minutes.previous(minute - 1)
    if (earlierMinute >= 0) return hour * 3600 + earlierMinute * 60 + seconds.previous(59)
  }
  const earlierHour = hours.previous(hour - 1)
  return earlierHour < 0 ? -1 : earlierHour * 3600 + minutes.previous(59) * 60 + seconds.previous(59)
}
