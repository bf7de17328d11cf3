import type { EncodedValue, LogLine, NewJob } from '../model/job.js'
import type { Lease, Receipt, Settlement } from '../model/lease.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { Call } from './call.js'

/**
 * Stores jobs and lends them to workers.
 *
 * Law 1. Batch in, batch out: outcome *i* belongs to input *i*, and there is no single-item twin of any method.
 */
export interface JobStore<Tx = never> {
  /**
   * Stores jobs, and resolves when they are durable.
   *
   * Law 2. All or nothing up to `limits`; above them it rejects with `BATCH_TOO_LARGE` and writes nothing. Idempotent by id
   * for as long as the record lives: the same id again is `duplicate`, whatever the rest says.
   * Law 13. A job with unfinished parents is `blocked`; a parent that has finished is resolved here; an unknown parent
   * rejects the whole call with `PARENT_UNKNOWN`. Parents may stand in the same call, before their children.
   * Law 14. A unique key admits one live job, by a constraint of the store: the others are `duplicate`.
   * Law 17. No open transaction of a user blocks another caller's enqueue. `impatient`: where a unique key is held by one, the
   * call rejects with `BUSY` within some milliseconds, and nothing is written; read where `groupsUniqueKeys` is false.
   */
  enqueue(
    params: { readonly jobs: readonly NewJob[]; readonly impatient?: boolean } & Call,
    tx?: Tx,
  ): Promise<readonly EnqueueOutcome[]>

  /**
   * Lends out jobs that are due, those of the highest priority first and within one by the time they became due.
   *
   * Law 3. A job has at most one live lease. When `suspects` is true and a suspect job is due, the answer is that one lease
   * and no other; when it is false no suspect is given. A suspect whose lease is lost spends a try; nobody else does.
   * Law 4. A lease that ended makes its job claimable again without anybody's memory: by this call or by `maintenance.tick`,
   * at most `capabilities.reclaimLagMs` late.
   * Law 6. Never before the job is visible, by the clock that `capabilities.clock` names.
   * Law 15. Nothing of a paused queue, and no more than the queue's fleet-wide limit, counted from live leases.
   * Law 18. Only `tasks`; what lies ahead of them of other tasks costs O(batch), never O(backlog), and no try.
   *
   * Deadlines and tries are the worker's to judge: a job past its deadline, or out of tries, is lent like any other and
   * the worker settles it as failed, so that its follow-ups are made by the one who knows them.
   */
  claim(params: ClaimParams): Promise<ClaimResult>

  /**
   * Moves the end of leases to `leaseMs` from now. Law 5: a stale receipt changes nothing and says `lost`. `impatient`: a lease whose
   * job an open transaction of a user holds is left as it is and `busy`, so that the others need not wait for it.
   */
  extend(
    params: {
      readonly receipts: readonly Receipt[]
      readonly leaseMs: DurationMs
      readonly impatient?: boolean
    } & Call,
  ): Promise<readonly ExtendOutcome[]>

  /**
   * Records what a running attempt has to tell; inside a transaction, what it told before it was settled there.
   * Law 5: a stale receipt changes nothing and says `lost`.
   */
  report(params: { readonly reports: readonly Report[] } & Call, tx?: Tx): Promise<readonly ('recorded' | 'lost')[]>

  /**
   * Records how attempts ended, and resolves when that is durable.
   *
   * Law 5. A stale receipt changes nothing and says `lost`; repeating the settlement that won says `settled`. Fences only
   * grow, also across retry, release and reclaim, and stay with the finished record.
   * Law 8. If `settled`, all follow-ups exist, and if `lost`, none of them does.
   * A running job whose cancel was requested ends `cancelled`, whatever the settlement says, and without follow-ups.
   * Law 17. `impatient`: what would have to wait for an open transaction of a user is `busy`, and the others are recorded without it.
   */
  settle(
    params: { readonly settlements: readonly Settlement[]; readonly impatient?: boolean } & Call,
    tx?: Tx,
  ): Promise<readonly SettleOutcome[]>

  /**
   * `settle` and then `claim`, in one round trip where the store can. Both laws hold. When the settlements are recorded
   * but nothing could be claimed, it resolves with no leases: a settlement is never told to be lost because a claim failed.
   */
  exchange(
    params: {
      readonly settlements: readonly Settlement[]
      readonly claim: ClaimParams
      readonly impatient?: boolean
    } & Call,
  ): Promise<ClaimResult & { readonly outcomes: readonly SettleOutcome[] }>

  /**
   * Calls jobs off: a waiting job is `cancelled` at once and never starts; a running one is asked to stop (`requested`), its
   * worker hears it from `extend` or `beat`, and its result is filed as cancelled, never as success.
   */
  cancel(
    params: { readonly ids: readonly string[]; readonly reason: string | null } & Call,
  ): Promise<readonly CancelOutcome[]>

  /**
   * Makes finished jobs pending again, at once, with all their tries and under a larger fence; a job that waits for its time
   * becomes due now. A job whose unique key another live job holds says `duplicate`.
   */
  retry(params: { readonly ids: readonly string[] } & Call): Promise<readonly RetryOutcome[]>

  /** Removes jobs that are not running with all that belongs to them. Children that wait for a removed job are stranded. */
  delete(params: { readonly ids: readonly string[] } & Call): Promise<readonly DeleteOutcome[]>
}

/** `id` is the job that now stands for the caller's: its own, or the one that was there before. */
export type EnqueueOutcome =
  | { readonly status: 'inserted'; readonly id: string }
  | { readonly status: 'duplicate'; readonly id: string; readonly by: 'id' | 'unique' }

/** Which jobs a worker asks for. */
export interface ClaimParams extends Call {
  readonly workerId: string
  readonly leaseMs: DurationMs
  /** The queues to look into, the preferred one first, and how many jobs of each this worker can take now. */
  readonly queues: readonly { readonly queue: string; readonly limit: number }[]
  /** The tasks that this worker knows. Pass the same array each time: stores prepare for it once. */
  readonly tasks: readonly string[]
  /** How many jobs at most over all queues; up to `limits.claimItems`. */
  readonly limit: number
  /** True when this worker holds no suspect job now and can take one. */
  readonly suspects: boolean
  /** Where to start. One claim in 16 starts from the lowest priority, so that no job waits for ever behind better ones. */
  readonly from: 'highest' | 'lowest'
}

/** What a claim gave, and when the next look is worth it. */
export interface ClaimResult {
  readonly leases: readonly Lease[]
  /**
   * When a job of these queues becomes visible next, the ends of leases included; an instant in the past when more is due now;
   * null when nothing is known to be coming. Only a hint of time: new jobs may come earlier.
   */
  readonly nextVisibleAt: EpochMs | null
}

/** What a running attempt tells: any of progress (replaces), log lines (appended, capped), results of steps (kept by key). */
export interface Report {
  readonly receipt: Receipt
  readonly progress?: EncodedValue
  readonly logs?: readonly LogLine[]
  readonly steps?: readonly { readonly key: string; readonly value: EncodedValue }[]
}

/** `cancel-requested` has extended the lease too, so that the handler has time to stop. `busy`: only for the impatient; nothing changed. */
export type ExtendOutcome = 'extended' | 'lost' | 'cancel-requested' | 'busy'

/**
 * `settled`: recorded now or before under the same receipt. `lost`: the lease was not ours any more; nothing changed.
 * `busy`: only for the impatient; nothing changed, and asking again will tell.
 */
export type SettleOutcome = 'settled' | 'lost' | 'busy'

/** `finished`: too late. `unknown`: no record of such a job. */
export type CancelOutcome = 'cancelled' | 'requested' | 'finished' | 'unknown'

/** `pending`: it was due already, or waits for a parent. */
export type RetryOutcome = 'retried' | 'pending' | 'running' | 'duplicate' | 'unknown'

/** `running`: cancel it first. */
export type DeleteOutcome = 'deleted' | 'running' | 'unknown'
