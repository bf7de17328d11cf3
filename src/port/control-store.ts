import type { DurationMs, EpochMs } from '../model/units.js'
import type { Call } from './call.js'
import type { AcquireOutcome, LockRenewal, LockRequest } from './lock-store.js'

/** Settings of queues, topics and their subscribers, and the registry of workers. */
export interface ControlStore {
  /**
   * Changes settings of queues; a queue that was not known is created by it. What a patch leaves out stays as it is.
   * Every change grows the settings revision. Law 15: a pause stops claims everywhere within one beat, at once with hints.
   */
  putQueues(
    params: { readonly queues: readonly ({ readonly name: string } & Partial<QueueSettings>)[] } & Call,
  ): Promise<readonly QueueRecord[]>

  /** Every queue that has settings or ever had a job, by name. */
  listQueues(params: Call): Promise<readonly QueueRecord[]>

  /** Forgets the settings of queues that have no jobs on record. */
  removeQueues(
    params: { readonly names: readonly string[] } & Call,
  ): Promise<readonly ('removed' | 'not-empty' | 'unknown')[]>

  /** Makes the tasks of a topic exactly these; none removes the topic. */
  putTopics(
    params: {
      readonly topics: readonly { readonly name: string; readonly subscriptions: readonly Subscription[] }[]
    } & Call,
  ): Promise<void>

  /** The topics asked for, or all of them. */
  listTopics(
    params: { readonly names?: readonly string[] } & Call,
  ): Promise<readonly { readonly name: string; readonly subscriptions: readonly Subscription[] }[]>

  /**
   * One call per node in 10 s: keeps the node in the registry, renews its locks, asks for those that it stands for, and tells
   * what changed. A node is forgotten when it has not beaten for three of its intervals.
   */
  beat(
    params: {
      readonly node: NodeRecord
      readonly locks: readonly LockRenewal[]
      /** Locks to take if they are free, as `LockStore.acquire` does: so an idle follower needs no other call (law 9). */
      readonly acquire?: readonly LockRequest[]
    } & Call,
  ): Promise<BeatResult>

  /** Takes a node that stops out of the registry. */
  leave(params: { readonly nodeId: string } & Call): Promise<void>

  /** The nodes that are alive, by id. */
  listNodes(params: Call): Promise<readonly (NodeRecord & { readonly seenAt: EpochMs })[]>
}

/** How a queue behaves; plain data that takes effect while the fleet runs. */
export interface QueueSettings {
  readonly paused: boolean
  /** Jobs of the queue that may run at one time over the whole fleet; null: no limit. */
  readonly concurrency: number | null
  /** How long completed jobs stay; null: 1 day. */
  readonly completedForMs: DurationMs | null
  /** How many completed jobs stay; null: 100,000. The smaller of the two rules wins. */
  readonly completedMax: number | null
  /** How long failed and cancelled jobs stay; null: 14 days. */
  readonly failedForMs: DurationMs | null
}

/** A queue on record. */
export interface QueueRecord extends QueueSettings {
  readonly name: string
}

/** One task that gets a job for every message of a topic. */
export interface Subscription {
  readonly task: string
  readonly queue: string
}

/** One process of the fleet. */
export interface NodeRecord {
  readonly id: string
  readonly kind: 'worker' | 'scheduler' | 'both'
  readonly host: string
  readonly pid: number
  readonly startedAt: EpochMs
  readonly queues: readonly string[]
  readonly tasks: readonly string[]
  readonly running: number
  readonly beatMs: DurationMs
}

/** What a node learns from its beat. */
export interface BeatResult {
  readonly now: EpochMs
  readonly settingsRevision: number
  readonly paused: readonly string[]
  /** Ids of jobs that this node runs and that are to be cancelled. */
  readonly cancelRequests: readonly string[]
  /** Outcome *i* belongs to lock *i*. */
  readonly locks: readonly ('renewed' | 'lost')[]
  /** Outcome *i* belongs to lock *i* of `acquire`. A store that leaves it out is asked with `LockStore.acquire`. */
  readonly acquired?: readonly AcquireOutcome[]
  /**
   * When a job of the node's queues and tasks becomes visible next, the ends of leases included; an instant in the past when some
   * are due now; null when nothing is known to be coming. It makes good for lost hints, and lets an idle node take over what another
   * one lost (law 4) without a call of its own. A store that leaves it out is asked with a claim after each beat, if it is shared.
   */
  readonly nextVisibleAt?: EpochMs | null
  /** The earliest `dueAt` of all schedules that are not paused, past or not; null when there is none. */
  readonly nextTickAt: EpochMs | null
  /** As `ScheduleStore.due` tells it. */
  readonly schedulesRevision?: number
}
