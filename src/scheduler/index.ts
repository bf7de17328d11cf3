/**
 * Routines of this process, run by schedules that all instances share: each period once, wherever it happens.
 *
 * @module rota/scheduler
 */
export { RoutineScheduler as Scheduler } from './routine-scheduler.js'
export type {
  RoutineSchedulerOptions as SchedulerOptions,
  RoutineStores,
  ScheduledRoutine,
} from './routine-scheduler.js'
export type { PeriodSchedule } from './period-source.js'
export type { RoutineEvent } from './routine-event.js'
export type { RoutineWork } from './routine-work.js'
export { RotaError } from '../model/errors.js'
