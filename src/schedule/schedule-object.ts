import type { DurationMs } from '../model/units.js'
import type { MonthOverflow } from './clock-text.js'
import { INTERVAL_MS_MAX, INTERVAL_MS_MIN } from './interval-text.js'
import { scheduleInvalid } from './schedule-error.js'

/** Every so much elapsed time, counted from the schedule's anchor; made by `interval`. */
export interface IntervalObject {
  readonly kind: 'interval'
  /** Milliseconds, 1 second to 100 years. */
  readonly everyMs: DurationMs
}

/** Once a day at a time on the wall clock; made by `daily`. */
export interface DailyObject {
  readonly kind: 'daily'
  readonly hour: number
  readonly minute: number
  readonly timeZone?: string
}

/** Once a month at a time on the wall clock; made by `monthly`. */
export interface MonthlyObject {
  readonly kind: 'monthly'
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly timeZone?: string
  readonly overflow: MonthOverflow
}

/** A schedule as an object instead of a text. */
export type ScheduleObject = IntervalObject | DailyObject | MonthlyObject

/** A time on the wall clock. */
export interface DailyTime {
  /** 0 to 23. @defaultValue 0 */
  readonly hour?: number
  /** 0 to 59. @defaultValue 0 */
  readonly minute?: number
  /** IANA name; counts more than the option of `parseSchedule`. */
  readonly timeZone?: string
}

/** A time on one day of the month. */
export interface MonthlyTime extends DailyTime {
  /** 1 to 31. */
  readonly day: number
  /** In a month that is too short: its last day, or not at all. @defaultValue `'last'` */
  readonly overflow?: MonthOverflow
}

/** Every so many milliseconds, 1 second to 100 years, counted from the anchor of the schedule. */
export function interval(everyMs: DurationMs): IntervalObject {
  if (isWhole(everyMs, INTERVAL_MS_MIN, INTERVAL_MS_MAX)) return { kind: 'interval', everyMs }
  const expected = `milliseconds, a whole number from ${INTERVAL_MS_MIN} to ${INTERVAL_MS_MAX}`
  throw refuse('interval', 'interval', expected, everyMs)
}

/** Every day at a time; midnight unless it says more. */
export function daily({ hour = 0, minute = 0, timeZone }: DailyTime = {}): DailyObject {
  return { kind: 'daily', ...checkTime('daily', hour, minute), ...zoneOf(timeZone) }
}

/** Every month on one day at a time; midnight unless it says more. */
export function monthly({ day, hour = 0, minute = 0, timeZone, overflow = 'last' }: MonthlyTime): MonthlyObject {
  if (overflow !== 'last' && overflow !== 'skip') throw refuse('monthly', 'overflow', `"last" or "skip"`, overflow)
  const time = { day: whole('monthly', 'day of month', day, 1, 31), ...checkTime('monthly', hour, minute) }
  return { kind: 'monthly', ...time, ...zoneOf(timeZone), overflow }
}

/** The text that says the same as an object; reading it gives the same schedule. Objects that were not made here are checked. */
export function textOfObject(object: ScheduleObject): string {
  if (object.kind === 'interval') return `every ${lengthText(interval(object.everyMs).everyMs)}`
  if (object.kind === 'daily') {
    const { hour, minute, timeZone } = daily(object)
    return `${zonePrefix(timeZone)}${clock(hour, minute)}`
  }
  if (object.kind === 'monthly') {
    const { day, hour, minute, timeZone, overflow } = monthly(object)
    return `${zonePrefix(timeZone)}monthly(${day} ${clock(hour, minute)}${overflow === 'skip' ? ' skip' : ''})`
  }
  const got = JSON.stringify((object as { kind?: unknown } | null)?.kind)
  throw new TypeError(`schedule must be made by interval(), daily() or monthly(), expected their kind, got ${got}`)
}

function checkTime(form: string, hour: unknown, minute: unknown): { hour: number; minute: number } {
  return { hour: whole(form, 'hour', hour, 0, 23), minute: whole(form, 'minute', minute, 0, 59) }
}

function whole(form: string, field: string, value: unknown, min: number, max: number): number {
  if (isWhole(value, min, max)) return value
  throw refuse(form, field, `a whole number from ${min} to ${max}`, value)
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max
}

function refuse(form: string, field: string, expected: string, got: unknown): Error {
  return scheduleInvalid(`${form}()`, { field, position: 0, expected, got: String(got) })
}

function zoneOf(timeZone: string | undefined): { timeZone?: string } {
  return timeZone === undefined ? {} : { timeZone }
}

function zonePrefix(timeZone: string | undefined): string {
  return timeZone === undefined ? '' : `TZ=${timeZone} `
}

function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

function lengthText(ms: DurationMs): string {
  if (ms % 1000 !== 0) return `${ms}ms`
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`
}
