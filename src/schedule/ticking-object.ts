import { checkOptionNames } from '../model/option-names.js'
import { parseSchedule } from './dated-schedule.js'
import type { Instant, Schedule } from './dated-schedule.js'
import { daily as dailyObject, monthly as monthlyObject } from './schedule-object.js'
import type { DailyObject, DailyTime, MonthlyObject, MonthlyTime } from './schedule-object.js'

/** What a schedule that is an object can tell by itself, in the zone of this process unless it names one. */
export interface Ticking {
  /** The first tick strictly later than an instant; null when there is none before the year 10000. */
  next(after: Instant): Date | null
}

const DAILY_NAMES: ReadonlySet<string> = new Set<keyof DailyTime>(['hour', 'minute', 'timeZone'])
const MONTHLY_NAMES: ReadonlySet<string> = new Set<keyof MonthlyTime>(['day', 'hour', 'minute', 'timeZone', 'overflow'])

/** Every day at a time; midnight unless it says more. */
export function daily(time: DailyTime = {}): DailyObject & Ticking {
  checkTime('daily', time, DAILY_NAMES)
  return ticking(dailyObject(time))
}

/** Every month on one day at a time; midnight unless it says more. */
export function monthly(time: MonthlyTime): MonthlyObject & Ticking {
  checkTime('monthly', time, MONTHLY_NAMES)
  return ticking(monthlyObject(time))
}

/** What nobody reads would be midnight in silence. */
function checkTime(what: string, time: unknown, names: ReadonlySet<string>): void {
  if (typeof time !== 'object' || time === null) {
    throw new TypeError(
      `${what}: expected an object such as { ${what === 'daily' ? '' : 'day: 1, '}hour: 8 }, got ${JSON.stringify(time)}`,
    )
  }
  checkOptionNames(what, time, names)
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
