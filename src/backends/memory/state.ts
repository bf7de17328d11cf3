import type { EncodedValue, LogLine, Parent, Priority, TickInfo } from '../../model/job.js'
import type { FailureReason, JobState } from '../../model/job-state.js'
import type { ScheduleRecord, TickRecord } from '../../model/schedule-record.js'
import type { EpochMs } from '../../model/units.js'
import type { NodeRecord, QueueRecord, Subscription } from '../../port/control-store.js'
import type { JobEvent } from '../../port/event-log.js'
import type { Wakeup } from '../../port/wakeups.js'
import { SortedSet } from './sorted-set.js'

/**
 * Everything that one memory store holds. Several handles may work on it; all of them run in one thread, so a function that
 * does not await is a transaction.
 */
export interface MemoryState {
  readonly jobs: Map<string, StoredJob>
  readonly jobsBySeq: Map<number, StoredJob>
  readonly queues: Map<string, StoredQueue>
  /** The live job that holds each unique key. */
  readonly uniqueKeys: Map<string, StoredJob>
  /** Running jobs whose cancel was requested. */
  readonly cancelRequests: Set<StoredJob>
  readonly counters: Map<string, Map<string, Record<JobState, Counter>>>
  readonly schedules: Map<string, StoredSchedule>
  readonly scheduleTicks: SortedSet<TickKey, StoredSchedule>
  readonly locks: Map<string, StoredLock>
  readonly settings: Map<string, QueueRecord>
  readonly topics: Map<string, readonly Subscription[]>
  readonly nodes: Map<string, NodeRecord & { readonly seenAt: EpochMs }>
  readonly events: StoredEvents
  readonly listeners: Set<(hint: Wakeup) => void>
  settingsRevision: number
  /** Counts edits of schedules, and not their ticks. */
  schedulesRevision: number
  /** What the clock said last. */
  clockAt: EpochMs
  lastSeq: number
  lastVersion: number
}

/** A job in the order in which it was enqueued. */
export interface SeqKey {
  readonly seq: number
}

/** The place of a job in a lane, or the end of its lease: earlier instants first, then the order of enqueuing. */
export interface VisibleKey extends SeqKey {
  readonly visibleAt: EpochMs | null
}

/** The place of a job among the finished ones. */
export interface FinishedKey extends SeqKey {
  readonly finishedAt: EpochMs | null
}

/** The place of a schedule among those that will be due. */
export interface TickKey {
  readonly name: string
  readonly dueAt: EpochMs | null
}

/** One job with everything that belongs to it. */
export interface StoredJob extends VisibleKey, FinishedKey {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly priority: Priority
  readonly headers: string | null
  readonly enqueuedAt: EpochMs
  readonly deadline: EpochMs | null
  readonly maxTries: number | null
  readonly uniqueKey: string | null
  readonly tick: TickInfo | null
  state: JobState
  payload: EncodedValue | null
  /** When it became or becomes claimable: the place that a release gives back. */
  dueAt: EpochMs
  visibleAt: EpochMs | null
  finishedAt: EpochMs | null
  claimedAt: EpochMs
  failure: FailureReason | null
  cancelReason: string | null
  cancelRequested: boolean
  tries: number
  iterations: number
  fence: number
  /** The last fence under which something was settled; 0: none. It tells a repeated settlement from a late one. */
  settledFence: number
  suspect: boolean
  workerId: string | null
  result: EncodedValue | null
  error: string | null
  progress: EncodedValue | null
  logs: LogLine[]
  logBytes: number
  readonly steps: Map<string, EncodedValue>
  errors: { readonly at: EpochMs; readonly error: string }[]
  readonly parents: Map<string, StoredEdge>
  readonly children: Map<string, StoredEdge>
  /** How many of its parents are unfinished. */
  waitsFor: number
}

/** One dependency, on record with both of its ends. */
export interface StoredEdge {
  readonly parent: StoredJob
  readonly child: StoredJob
  readonly otherwise: Parent['otherwise']
  resolved: boolean
}

/** The jobs of one queue, each in the index of its state. */
export interface StoredQueue {
  readonly lanes: Map<string, readonly Lane[]>
  readonly leases: Lane
  readonly blocked: SortedSet<SeqKey, StoredJob>
  readonly running: SortedSet<SeqKey, StoredJob>
  readonly completed: Finished
  readonly failed: Finished
  readonly cancelled: Finished
}

/** Jobs by the instant at which they become visible. */
export type Lane = SortedSet<VisibleKey, StoredJob>

/** Finished jobs, the oldest first. */
export type Finished = SortedSet<FinishedKey, StoredJob>

/** A maintained counter. */
export interface Counter {
  count: number
  total: number
}

/** A schedule and what became of its ticks, the oldest first. */
export interface StoredSchedule extends TickKey {
  record: ScheduleRecord
  dueAt: EpochMs | null
  readonly history: TickRecord[]
}

/** A lock stays on record when it is free, because its term must go on growing. */
export interface StoredLock {
  readonly name: string
  holder: string
  term: number
  until: EpochMs
}

/** The kept part of the log; `list[0]` has the number `first`. */
export interface StoredEvents {
  list: JobEvent[]
  first: number
}

/** Priorities 1 to 5, of jobs that may come in batches. The lanes of suspects lie behind them. */
export const PRIORITIES = 5

/** An empty store. */
export function newState(): MemoryState {
  return {
    jobs: new Map(),
    jobsBySeq: new Map(),
    queues: new Map(),
    uniqueKeys: new Map(),
    cancelRequests: new Set(),
    counters: new Map(),
    schedules: new Map(),
    scheduleTicks: new SortedSet(byTick),
    locks: new Map(),
    settings: new Map(),
    topics: new Map(),
    nodes: new Map(),
    events: { list: [], first: 1 },
    listeners: new Set(),
    settingsRevision: 0,
    schedulesRevision: 0,
    clockAt: 0,
    lastSeq: 0,
    lastVersion: 0,
  }
}

/** The jobs of a queue, which comes into being when it is first asked for. */
export function queueOf(state: MemoryState, name: string): StoredQueue {
  let queue = state.queues.get(name)
  if (queue === undefined) {
    queue = {
      lanes: new Map(),
      leases: new SortedSet(byVisible),
      blocked: new SortedSet(bySeq),
      running: new SortedSet(bySeq),
      completed: new SortedSet(byFinished),
      failed: new SortedSet(byFinished),
      cancelled: new SortedSet(byFinished),
    }
    state.queues.set(name, queue)
  }
  return queue
}

/** The lane in which a pending job waits: one per queue, task, priority, and suspicion. */
export function laneOf(queue: StoredQueue, job: StoredJob): Lane {
  let lanes = queue.lanes.get(job.task)
  if (lanes === undefined) {
    lanes = Array.from({ length: 2 * PRIORITIES }, () => new SortedSet<VisibleKey, StoredJob>(byVisible))
    queue.lanes.set(job.task, lanes)
  }
  return lanes[job.priority - 1 + (job.suspect ? PRIORITIES : 0)] as Lane
}

/** Names in the order of their code units, the same on every machine. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function bySeq(a: SeqKey, b: SeqKey): number {
  return a.seq - b.seq
}

function byVisible(a: VisibleKey, b: VisibleKey): number {
  return (a.visibleAt ?? 0) - (b.visibleAt ?? 0) || a.seq - b.seq
}

function byFinished(a: FinishedKey, b: FinishedKey): number {
  return (a.finishedAt ?? 0) - (b.finishedAt ?? 0) || a.seq - b.seq
}

function byTick(a: TickKey, b: TickKey): number {
  return (a.dueAt ?? 0) - (b.dueAt ?? 0) || byName(a.name, b.name)
}
