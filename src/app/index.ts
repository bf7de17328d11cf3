/**
 * The task system: define tasks, enqueue them, run them.
 *
 * @module rota
 */
export { createRota } from './create-rota.js'
export type { Rota } from './rota.js'
export type { BackendOptions, CommonOptions, UrlOptions } from './rota-options.js'
export { task } from '../model/task-definition.js'
export { RetryError, RotaError, TerminateError } from '../model/errors.js'
export type { AnyTask, FailureReport, Handler, ResultOf, TaskCall, TaskDefinition } from '../model/task-definition.js'
export type { RotaErrorCode } from '../model/errors.js'
export type { HandlerContext, JobLog, RunningJob } from '../model/handler-context.js'
export type { JobOptions, UniqueKey } from '../model/job-options.js'
export type { BackoffPolicy, DurationInput, TaskPolicy } from '../model/policy.js'
export type { ErrorRecord, Priority } from '../model/job.js'
export type { FailureReason, JobState, ShownState } from '../model/job-state.js'
export type { BatchOptions, EnqueueOptions } from '../client/enqueue-options.js'
export type { EnqueueMiddleware, EnqueueRequest } from '../client/enqueue-middleware.js'
export type { JobHandle, JobRef } from '../client/job-handle.js'
export type { JobDetailsView, JobView, TickView } from '../client/job-view.js'
export type { JobFilter, ListOptions } from '../client/job-reader.js'
export type { PurgeOptions } from '../client/job-control.js'
export type { CancelOptions } from '../client/client.js'
export type { ControlOptions, QueueChanges } from '../client/queue-control.js'
export type { ResultOptions } from '../client/results.js'
export type { JobChange, WatchOptions } from '../client/watch.js'
export type { WorkerView } from '../client/workers.js'
