/**
 * The task system: define tasks, enqueue them, run them.
 *
 * @module rota
 */
export { createRota } from './create-rota.js'
export type { Rota } from './rota.js'
export { Cron, Queue, Task, Topic } from './ambient-resources.js'
export { handler } from './handler.js'
export type { HandlerOptions, StackHandler } from './handler.js'
export { getContext } from '../handlers/function-scope.js'
export type { FunctionContext } from '../handlers/function-context.js'
export { redact } from '../handlers/secrets.js'
export { errorResponse, isErrorResponse, ValidationError, ViewableError } from '../handlers/viewable-error.js'
export type { ErrorResponse } from '../handlers/viewable-error.js'
export type {
  BatchQueueOf,
  BatchTaskOf,
  CronEntry,
  CronResources,
  EachOf,
  PayloadOf,
  QueueEntry,
  QueueOf,
  QueueResources,
  TaskEntry,
  TaskOf,
  TaskResources,
  TopicEntry,
  TopicOf,
  TopicResources,
} from '../client/resource-types.js'
export type { Resources } from '../client/resource-proxies.js'
export type { FanOutOptions, InvokeOptions } from '../client/invoke-options.js'
export type { RunOptions, RunSummary } from './run-until-signal.js'
export type { SchedulerSettings, StopOptions, StopSummary, WorkerSettings } from './services.js'
export type { BackendOptions, CommonOptions, UrlOptions } from './rota-options.js'
export type { BatchReport } from '../model/batch-report.js'
export { task } from '../model/task-definition.js'
export { RetryError, RotaError, TerminateError } from '../model/errors.js'
export { CompletedTaskInQueue, UnknownTaskId, UnknownTaskType } from '../client/row-errors.js'
export { CATCH_ALL } from '../model/catch-all.js'
export type {
  AnyTask,
  FailureReport,
  Handler,
  ResultOf,
  TaskCall,
  TaskDefinition,
  TaskOn,
} from '../model/task-definition.js'
export type { RotaErrorCode } from '../model/errors.js'
export type { CompleteOptions, HandlerContext, JobInHand, JobLog, RunningJob } from '../model/handler-context.js'
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
export type { FailedFilter } from '../client/failed-filter.js'
export type { RedriveOptions, RedriveReport } from '../client/redrive.js'
export type { DeadLetterGroup, DeadLetterOptions, DeadLetters } from '../client/dead-letters.js'
export type { CancelOptions } from '../client/client.js'
export type { ControlOptions, QueueChanges } from '../client/queue-control.js'
export type { ResultOptions } from '../client/results.js'
export type { Rows } from '../client/rows.js'
export type { NewRow, RowView } from '../client/row-desk.js'
export type { RowMessage } from '../client/row-message.js'
export type { BatchReply } from '../client/row-batch.js'
export type { Row, RowParams, RowResult } from '../model/row.js'
export type { Iteration, Runner, RunnerOptions } from './runner.js'
export type { RunnerSource } from './load-runners.js'
export type { JobChange, WatchOptions } from '../client/watch.js'
export type { WorkerView } from '../client/workers.js'
export { defineSchedule } from '../client/declared-schedule.js'
export type { DeclaredSchedule, DeclareOptions, DeclareOutcome } from '../client/declared-schedule.js'
export type { DeclarationOptions, MissedInput, ScheduleOptions } from '../client/schedule-options.js'
export type { ManualRun } from '../client/run-now.js'
export type { ScheduleOutcome } from '../client/task-scheduler.js'
export type { ScheduleView, TickRecordView } from '../client/schedule-view.js'
export type { HistoryOptions, ScheduleListOptions } from '../client/schedule-control.js'
export type { WorkerLogger as RotaLogger } from '../worker/event-sink.js'
export type { Middleware as RunMiddleware } from '../worker/middleware.js'
export type { WorkerEvent } from '../worker/worker-event.js'
export type { Worker, WorkerStatus } from '../worker/worker.js'
export type { PeriodSchedule } from '../scheduler/period-source.js'
export type { ScheduledRoutine } from '../scheduler/routine-scheduler.js'
export type { RoutineWork } from '../scheduler/routine-work.js'
export type { Scheduler } from '../scheduler/scheduler.js'
export type { SchedulerEvent } from '../scheduler/scheduler-event.js'
export type { Providers as TelemetryProviders } from '../observe/providers.js'
