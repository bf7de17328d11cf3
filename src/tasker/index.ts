/**
 * Routes events to tasks by name: scheduled events on Lambda, rows, requests, or whatever else arrives, in one process and
 * without a store.
 *
 * @module rota/tasker
 */
export { Tasker } from './tasker.js'
export { classify } from './classify.js'
export { isUnhandled } from './unhandled.js'
export { CATCH_ALL } from '../model/catch-all.js'
export { RotaError } from '../model/errors.js'
export type { TaskerCounts, TaskHome } from './tasker.js'
export type { TaskerOptions } from './tasker-options.js'
export type { EventType } from './classify.js'
export type { Unhandled } from './unhandled.js'
export type {
  AfterFilter,
  BeforeFilter,
  Caller,
  Invocation,
  TaskContext,
  TaskEnd,
  TaskEvent,
  TaskHandler,
  TaskMiddleware,
} from './task-handler.js'
export type { TaskSpan, TaskTracer } from '../observe/task-span.js'
export type { HandlerContext, JobLog, RunningJob } from '../model/handler-context.js'
export type { AnyTask } from '../model/task-definition.js'
export type { TaskPolicy } from '../model/policy.js'
