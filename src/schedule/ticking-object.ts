import { parseSchedule } from './dated-schedule.js'
import type { Instant, Schedule } from './dated-schedule.js'
import { daily as dailyObject, monthly as monthlyObject } from './schedule-object.js'
import type { DailyObject, DailyTime, MonthlyObject, MonthlyTime } from './schedule-object.js'

/** What a schedule that is an object can tell by itself, in the zone of this process unless it names one. */
export interface Ticking {
  /** The first tick strictly later than an instant; null when there is none before the year 10000. */
  next(after: Instant): Date | null
}

/** Every day at a time; midnight unless it says more. */
export function daily(time?: DailyTime): DailyObject & Ticking {
  return ticking(dailyObject(time))
}

/** Every month on one day at a time; midnight unless it says more. */
export function monthly(time: MonthlyTime): MonthlyObject & Ticking {
  return ticking(monthlyObject(time))
}

/** The method is no part of the data: an object that is compared, stored or sent is as it was without it. */
function ticking<T extends DailyObject | MonthlyObject>(object: T): T & Ticking {
  let schedule: Schedule | undefined
  const next = (after: Instant): Date | null => {
    schedule ??= parseSchedule(object, { timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone })
    return schedule.next(after)
  }
  return Object.defineProperty(object, 'next', { value: next }) as T & Ticking
}
