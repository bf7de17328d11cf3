/**
 * What a store promises, for those who write or test a backend.
 *
 * @module rota/port
 */
export type { Backend } from './backend.js'
export type { Call } from './call.js'
export type { Capabilities, ErrorClass, Limits } from './capabilities.js'
export type { BeatResult, ControlStore, NodeRecord, QueueRecord, QueueSettings, Subscription } from './control-store.js'
export type { EdgeStore, JobEdges } from './edge-store.js'
export type { EventCursor, EventLog, JobEvent } from './event-log.js'
export type { CountRecord, Inspector, JobDetails, ListParams } from './inspector.js'
export type {
  CancelOutcome,
  ClaimParams,
  ClaimResult,
  DeleteOutcome,
  EnqueueOutcome,
  ExtendOutcome,
  JobStore,
  Report,
  RetryOutcome,
  SettleOutcome,
} from './job-store.js'
export type { AcquireOutcome, LockRecord, LockRenewal, LockRequest, LockStore } from './lock-store.js'
export type { Maintenance } from './maintenance.js'
export type { PushIntake } from './push-intake.js'
export type { DueResult, Fire, FireOutcome, PutOutcome, SchedulePut, ScheduleStore } from './schedule-store.js'
export type { Wakeup, Wakeups } from './wakeups.js'
export type { ClaimedJob, Lease, Receipt, Settlement, SettlementKind } from '../model/lease.js'
export type {
  Due,
  EncodedValue,
  ErrorRecord,
  JobRecord,
  LogLine,
  NewJob,
  Parent,
  Priority,
  TickInfo,
} from '../model/job.js'
export type { FailureReason, JobAction, JobState } from '../model/job-state.js'
export type {
  ClockChangeRule,
  ExpressionDialect,
  MissedPolicy,
  OverlapPolicy,
  ScheduleDefinition,
  ScheduleRecord,
  SkipCounts,
  SkipReason,
  TickRecord,
} from '../model/schedule-record.js'
export type { DurationMs, EpochMs } from '../model/units.js'
