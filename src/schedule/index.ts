/**
 * Schedules by themselves: when is the next tick of an expression, in which dialect, through which changes of the clock.
 *
 * @module rota/schedule
 */
export { parseSchedule } from './dated-schedule.js'
export type { BetweenOptions, Instant, Schedule, ScheduleOptions } from './dated-schedule.js'
export type { MonthOverflow } from './clock-text.js'
export type { DstRule } from './dst-rule.js'
export { interval } from './schedule-object.js'
export { daily, monthly } from './ticking-object.js'
export type { Ticking } from './ticking-object.js'
export type {
  DailyObject,
  DailyTime,
  IntervalObject,
  MonthlyObject,
  MonthlyTime,
  ScheduleObject,
} from './schedule-object.js'
export type { Dialect } from './schedule.js'
export { RotaError } from '../model/errors.js'
export type { ScheduleProblem } from './schedule-error.js'
