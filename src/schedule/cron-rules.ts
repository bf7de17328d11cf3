import type { FieldRule } from './cron-field.js'

/** How one dialect reads its fields. */
export interface CronRules {
  readonly second: FieldRule
  readonly minute: FieldRule
  readonly hour: FieldRule
  readonly day: FieldRule
  readonly month: FieldRule
  readonly weekday: FieldRule
  readonly year: FieldRule
  /** What the two day fields may hold beyond numbers; `false` where they hold nothing else. */
  readonly specialDays: false | SpecialDayRules
}

export interface SpecialDayRules {
  /** `L-3`, the third day before the last. */
  readonly beforeLast: boolean
  /** A `L` or `#` in the weekday field stands alone, and `L` by itself is Saturday. */
  readonly loneWeekday: boolean
}

const MONTHS = numbered(1, 'jan feb mar apr may jun jul aug sep oct nov dec')
const WEEKDAYS = numbered(0, 'sun mon tue wed thu fri sat')
const WEEKDAYS_FROM_ONE = numbered(1, 'sun mon tue wed thu fri sat')

const SECOND: FieldRule = { name: 'second', min: 0, max: 59 }
const MINUTE: FieldRule = { name: 'minute', min: 0, max: 59 }
const HOUR: FieldRule = { name: 'hour', min: 0, max: 23 }
const DAY: FieldRule = { name: 'day of month', min: 1, max: 31 }
const MONTH: FieldRule = { name: 'month', min: 1, max: 12, names: MONTHS }
const WEEKDAY: FieldRule = { name: 'day of week', min: 0, max: 6, names: WEEKDAYS }
const YEAR: FieldRule = { name: 'year', min: 1970, max: 2199 }

/** crontab(5) of Vixie's cron with what its descendants added: seconds, `L`, `W`, `#`. */
export const CRON_RULES: CronRules = {
  second: SECOND,
  minute: MINUTE,
  hour: HOUR,
  day: { ...DAY, questionMark: true, also: 'L, LW or 15W' },
  month: MONTH,
  weekday: { ...WEEKDAY, sevenIsZero: true, questionMark: true, also: 'a form such as 5L or 5#2' },
  year: YEAR,
  specialDays: { beforeLast: false, loneWeekday: false },
}

/** The standard parser of robfig/cron v3: `?` is a star anywhere, Sunday is 0 and not 7. */
export const ROBFIG_RULES: CronRules = {
  second: SECOND,
  minute: { ...MINUTE, questionMark: true },
  hour: { ...HOUR, questionMark: true },
  day: { ...DAY, questionMark: true },
  month: { ...MONTH, questionMark: true },
  weekday: { ...WEEKDAY, questionMark: true },
  year: YEAR,
  specialDays: false,
}

const FROM_ONE: FieldRule = { ...WEEKDAY, min: 1, max: 7, names: WEEKDAYS_FROM_ONE, sunday: 1, wraps: true, stepMax: 7 }

/** Quartz `CronExpression`: ranges run over the end, steps are no longer than their field. */
export const QUARTZ_RULES: CronRules = {
  second: { ...SECOND, wraps: true, bareStep: true, stepMax: 59 },
  minute: { ...MINUTE, wraps: true, bareStep: true, stepMax: 59 },
  hour: { ...HOUR, wraps: true, bareStep: true, stepMax: 23 },
  day: { ...DAY, wraps: true, bareStep: true, stepMax: 31, questionMark: true, also: '?, L, L-3, LW or 15W' },
  month: { ...MONTH, wraps: true, bareStep: true, stepMax: 12 },
  weekday: { ...FROM_ONE, bareStep: true, questionMark: true, also: '?, L, 6L or 6#2' },
  year: YEAR,
  specialDays: { beforeLast: true, loneWeekday: true },
}

/** "Cron expressions reference" of the Amazon EventBridge user guide; hours and weekdays run over the end. */
export const EVENTBRIDGE_RULES: CronRules = {
  second: SECOND,
  minute: { ...MINUTE, stepMax: 59 },
  hour: { ...HOUR, wraps: true, stepMax: 23 },
  day: { ...DAY, stepMax: 31, questionMark: true, also: '?, L, LW or 15W' },
  month: { ...MONTH, stepMax: 12 },
  weekday: { ...FROM_ONE, questionMark: true, also: '?, L, 6L or 6#2' },
  year: YEAR,
  specialDays: { beforeLast: false, loneWeekday: true },
}

function numbered(first: number, names: string): ReadonlyMap<string, number> {
  return new Map(names.split(' ').map((name, index) => [name, first + index]))
}
