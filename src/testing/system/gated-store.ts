import type { Clock } from '../../model/clock.js'
import type { NewJob } from '../../model/job.js'
import type { Settlement } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import type { ClaimParams, ClaimResult, JobStore, SettleOutcome } from '../../port/job-store.js'
import type { ScheduleStore } from '../../port/schedule-store.js'
import type { Wakeup } from '../../port/wakeups.js'
import { type EnqueuedJob, enqueuedJob } from './enqueued-job.js'

/** What a claim gives while the gate is closed. */
const NOTHING: ClaimResult = Object.freeze({ leases: [], nextVisibleAt: null })

/** Rounds of jobs without a rest, each started by the one before: the clock gives up after a few times as many. */
const ROUNDS_MAX = 1_000

/**
 * A store around a store: it lends out jobs only while its gate is open, so that nothing runs before a test says so, and keeps a list
 * of every job that was stored, whoever has made it.
 */
export class GatedStore {
  readonly backend: Backend
  readonly #jobs: EnqueuedJob[] = []
  readonly #clock: Pick<Clock, 'now'>
  readonly #listeners = new Set<(hint: Wakeup) => void>()
  #isOpen = false
  #rounds = 0
  #underWay = 0

  constructor(wrapped: Backend, clock: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.backend = {
      ...wrapped,
      jobs: this.#gatedJobs(wrapped.jobs),
      schedules: this.#notedSchedules(wrapped.schedules),
      wakeups: {
        subscribe: (listener) => {
          const unsubscribe = wrapped.wakeups?.subscribe(listener)
          this.#listeners.add(listener)
          return () => {
            this.#listeners.delete(listener)
            unsubscribe?.()
          }
        },
      },
    }
  }

  /** Every job that was stored, in that order. */
  get jobs(): readonly EnqueuedJob[] {
    return this.#jobs
  }

  /** Whether a worker is being answered. */
  get isBusy(): boolean {
    return this.#underWay > 0
  }

  /** Whether it has closed by itself, because jobs lead to jobs and no end is in sight. */
  get isEndless(): boolean {
    return this.#rounds > ROUNDS_MAX
  }

  /** There was a rest. */
  rested(): void {
    this.#rounds = 0
  }

  /** Lends out jobs from now on. */
  open(): void {
    this.#isOpen = true
    this.#rounds = 0
    for (const listener of this.#listeners) listener({ kind: 'jobs', queues: null })
  }

  /** Lends out none from now on. */
  close(): void {
    this.#isOpen = false
  }

  #gatedJobs(wrapped: JobStore): JobStore {
    return override(wrapped, {
      enqueue: async (params) => {
        const outcomes = await wrapped.enqueue(params)
        this.#note(params.jobs.filter((_, at) => outcomes[at]?.status === 'inserted'))
        return outcomes
      },
      claim: (params) => this.#answer(() => this.#claim(wrapped, params)),
      settle: (params) => this.#answer(() => this.#settle(wrapped, params)),
      exchange: ({ settlements, claim, signal }) =>
        this.#answer(async () => {
          const outcomes = await this.#settle(wrapped, { settlements, signal })
          return { outcomes, ...(await this.#claim(wrapped, claim)) }
        }),
    })
  }

  #notedSchedules(wrapped: ScheduleStore): ScheduleStore {
    return override(wrapped, {
      fire: async (params) => {
        const outcomes = await wrapped.fire(params)
        this.#note(params.fires.flatMap(({ jobs }, at) => (outcomes[at] === 'fired' ? jobs : [])))
        return outcomes
      },
    })
  }

  async #claim(wrapped: JobStore, params: ClaimParams): Promise<ClaimResult> {
    if (!this.#isOpen) return NOTHING
    const claimed = await wrapped.claim(params)
    if (claimed.leases.length > 0) this.#rounds += 1
    if (this.isEndless) this.close()
    return claimed
  }

  async #settle(wrapped: JobStore, params: Parameters<JobStore['settle']>[0]): Promise<readonly SettleOutcome[]> {
    const outcomes = await wrapped.settle(params)
    this.#note(params.settlements.flatMap((one, at) => (outcomes[at] === 'settled' ? followUpsOf(one) : [])))
    return outcomes
  }

  async #answer<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1
    try {
      return await work()
    } finally {
      this.#underWay -= 1
    }
  }

  #note(jobs: readonly NewJob[]): void {
    for (const job of jobs) this.#jobs.push(enqueuedJob(job, this.#clock.now()))
  }
}

function followUpsOf(settlement: Settlement): readonly NewJob[] {
  return ('followUps' in settlement ? settlement.followUps : undefined) ?? []
}

/** The same role with some methods in place of its own, whatever it is made of. */
function override<Role extends object>(role: Role, methods: Partial<Role>): Role {
  return new Proxy(role, {
    get: (target, key) => {
      if (Object.hasOwn(methods, key)) return Reflect.get(methods, key) as unknown
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
