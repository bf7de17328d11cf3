import { isFinished, type FailureReason, type JobState } from '../../model/job-state.js'
import { dueAt, type NewJob, type Parent, type Priority } from '../../model/job.js'
import type { Settlement } from '../../model/lease.js'
import type { EpochMs } from '../../model/units.js'
import type { CancelOutcome, DeleteOutcome, EnqueueOutcome, RetryOutcome, SettleOutcome } from '../../port/job-store.js'

/** What the oracle knows of one job. */
export interface KnownJob {
  readonly id: string
  readonly seq: number
  readonly queue: string
  readonly task: string
  readonly priority: Priority
  readonly uniqueKey: string | null
  readonly parents: readonly Parent[]
  /** The parents that had not ended yet: an edge is resolved once, also when its parent comes back. */
  readonly waitsFor: Set<string>
  state: JobState
  failure: FailureReason | null
  /** Pending: when it is claimable. Running: when its lease ends. */
  visibleAt: EpochMs | null
  /** The place that a release gives back. */
  dueAt: EpochMs
  tries: number
  iterations: number
  suspect: boolean
  cancelRequested: boolean
  receipt: string | null
  /** The receipt under which it was settled last. */
  winner: string | null
}

/**
 * What a store must answer, in the simplest way: one list, walked from end to end. It says nothing about which of several lawful
 * claims a store picks; it is told, and judges.
 */
export class Oracle {
  readonly jobs = new Map<string, KnownJob>()
  #seq = 0

  /** The outcomes of an enqueue, or null when it must be refused for an unknown parent. */
  enqueue(jobs: readonly NewJob[], now: EpochMs): readonly EnqueueOutcome[] | null {
    const before = new Map(this.jobs)
    const outcomes: EnqueueOutcome[] = []
    for (const job of jobs) {
      const outcome = this.#insert(job, now)
      if (outcome === null) {
        this.jobs.clear()
        for (const [id, known] of before) this.jobs.set(id, known)
        return null
      }
      outcomes.push(outcome)
    }
    return outcomes
  }

  /** Follows a claim: the job runs under this receipt now. */
  lend(id: string, receipt: string, leaseUntil: EpochMs): void {
    const job = this.#known(id)
    job.state = 'running'
    job.receipt = receipt
    job.visibleAt = leaseUntil
  }

  /** Takes back every lease that has ended. */
  reclaim(now: EpochMs): void {
    for (const job of this.jobs.values()) {
      if (job.state !== 'running' || (job.visibleAt ?? 0) > now) continue
      if (job.cancelRequested) {
        this.#finish(job, 'cancelled')
        continue
      }
      if (job.suspect) job.tries += 1
      job.suspect = true
      this.#wait(job, job.visibleAt ?? now)
    }
  }

  extend(receipt: string, until: EpochMs): 'extended' | 'lost' | 'cancel-requested' {
    const job = this.#holder(receipt)
    if (job === undefined) return 'lost'
    job.visibleAt = until
    return job.cancelRequested ? 'cancel-requested' : 'extended'
  }

  settle(settlement: Settlement, now: EpochMs): SettleOutcome {
    const job = this.#holder(settlement.receipt)
    if (job === undefined) {
      return [...this.jobs.values()].some(({ winner }) => winner === settlement.receipt) ? 'settled' : 'lost'
    }
    job.winner = settlement.receipt
    if (job.cancelRequested) this.#finish(job, 'cancelled')
    else this.#apply(job, settlement, now)
    return 'settled'
  }

  cancel(id: string): CancelOutcome {
    const job = this.jobs.get(id)
    if (job === undefined) return 'unknown'
    if (isFinished(job.state)) return 'finished'
    if (job.state === 'running') {
      job.cancelRequested = true
      return 'requested'
    }
    this.#finish(job, 'cancelled')
    return 'cancelled'
  }

  retry(id: string, now: EpochMs): RetryOutcome {
    const job = this.jobs.get(id)
    if (job === undefined) return 'unknown'
    if (job.state === 'running') return 'running'
    if (job.state === 'blocked' || (job.state === 'pending' && job.dueAt <= now)) return 'pending'
    if (isFinished(job.state)) {
      if (this.#holderOf(job.uniqueKey) !== undefined) return 'duplicate'
      job.tries = 0
      job.failure = null
    }
    this.#wait(job, now)
    return 'retried'
  }

  delete(id: string): DeleteOutcome {
    const job = this.jobs.get(id)
    if (job === undefined) return 'unknown'
    if (job.state === 'running') return 'running'
    this.jobs.delete(id)
    this.#resolve(id, false)
    return 'deleted'
  }

  #insert(given: NewJob, now: EpochMs): EnqueueOutcome | null {
    if (this.jobs.has(given.id)) return { status: 'duplicate', id: given.id, by: 'id' }
    if (given.parents.some(({ id }) => !this.jobs.has(id))) return null
    const holder = this.#holderOf(given.uniqueKey)
    if (holder !== undefined) return { status: 'duplicate', id: holder.id, by: 'unique' }
    const { id, queue, task, priority, uniqueKey, parents } = given
    const due = dueAt(given.due, now)
    const fresh = {
      tries: 0,
      iterations: 0,
      suspect: false,
      cancelRequested: false,
      receipt: null,
      winner: null,
      failure: null,
    }
    const job: KnownJob = {
      id,
      seq: (this.#seq += 1),
      queue,
      task,
      priority,
      uniqueKey,
      parents,
      waitsFor: new Set(parents.map((parent) => parent.id)),
      ...fresh,
      state: 'blocked',
      visibleAt: null,
      dueAt: due,
    }
    this.jobs.set(id, job)
    const ended = parents.filter((parent) => isFinished(this.#known(parent.id).state))
    for (const parent of ended) job.waitsFor.delete(parent.id)
    if (ended.some((parent) => parent.otherwise === 'fail' && this.#known(parent.id).state !== 'completed')) {
      job.state = 'failed'
      job.failure = 'unreachable'
    } else if (job.waitsFor.size === 0) this.#wait(job, due)
    return { status: 'inserted', id }
  }

  #apply(job: KnownJob, settlement: Settlement, now: EpochMs): void {
    if (settlement.kind === 'release') return this.#wait(job, job.dueAt)
    if (settlement.kind === 'complete') return this.#finish(job, 'completed')
    if (settlement.kind === 'cancel') return this.#finish(job, 'cancelled')
    if (settlement.kind === 'fail') {
      job.failure = settlement.failure
      return this.#finish(job, 'failed')
    }
    job.suspect = false
    if (settlement.kind === 'retry') job.tries += 1
    if (settlement.kind === 'again') {
      job.tries = 0
      job.iterations += 1
    }
    this.#wait(job, dueAt(settlement.due, now))
  }

  #wait(job: KnownJob, at: EpochMs): void {
    job.state = 'pending'
    job.receipt = null
    job.dueAt = at
    job.visibleAt = at
  }

  #finish(job: KnownJob, state: 'completed' | 'failed' | 'cancelled'): void {
    job.state = state
    job.receipt = null
    job.visibleAt = null
    job.suspect = false
    job.cancelRequested = false
    this.#resolve(job.id, state === 'completed')
  }

  /** Lets go of whoever waits for a job that has ended or is gone. When exactly they became claimable, the store says. */
  #resolve(id: string, isCompleted: boolean): void {
    for (const child of this.jobs.values()) {
      if (!child.waitsFor.delete(id) || child.state !== 'blocked') continue
      const edge = child.parents.find((parent) => parent.id === id)
      if (!isCompleted && edge?.otherwise === 'fail') {
        child.failure = 'unreachable'
        this.#finish(child, 'failed')
      } else if (child.waitsFor.size === 0) this.#wait(child, child.dueAt)
    }
  }

  #holder(receipt: string): KnownJob | undefined {
    return [...this.jobs.values()].find((job) => job.state === 'running' && job.receipt === receipt)
  }

  #holderOf(key: string | null): KnownJob | undefined {
    if (key === null) return undefined
    return [...this.jobs.values()].find((job) => job.uniqueKey === key && !isFinished(job.state))
  }

  #known(id: string): KnownJob {
    const job = this.jobs.get(id)
    if (job === undefined) throw new Error(`the oracle knows no job "${id}"`)
    return job
  }
}
