import assert from 'node:assert/strict'
import type { JobRecord, NewJob } from '../../model/job.js'
import type { JobState } from '../../model/job-state.js'
import type { Lease, Settlement } from '../../model/lease.js'
import type { DurationMs, EpochMs } from '../../model/units.js'
import type { Backend } from '../../port/backend.js'
import type { ClaimParams, ClaimResult, SettleOutcome } from '../../port/job-store.js'
import { systemClock } from '../../time/system-clock.js'
import type { ConformanceTarget } from './target.js'

/** The tasks of most claims: the same array each time, because stores prepare for it once. */
const TASKS: readonly string[] = ['task']

/** Longer than any case that does not ask for something else. */
export const LEASE_MS: DurationMs = 30_000

/** Real time, of which nothing passes unless a hint is missing; a hint that goes through a file or a socket needs some. */
const PATIENCE_MS: DurationMs = 30_000

/** No store needs more ticks to finish what a case left over. */
const TICKS_MAX = 100

/** A fresh store, opened, and the short words in which cases speak to it. */
export class TestStore {
  /** The handle that most cases use. */
  readonly backend: Backend<unknown>
  readonly target: ConformanceTarget<unknown>
  /** How long to wait for a hint. */
  readonly patienceMs: DurationMs
  readonly #create: () => Promise<ConformanceTarget<unknown>>
  readonly #opened: Backend<unknown>[] = []
  readonly #others: TestStore[] = []

  private constructor(
    target: ConformanceTarget<unknown>,
    create: () => Promise<ConformanceTarget<unknown>>,
    patienceMs: DurationMs,
  ) {
    this.target = target
    this.patienceMs = patienceMs
    this.backend = target.backend
    this.#create = create
  }

  /** Opens the store of `target`; `create` makes further ones. */
  static async open<Tx>(
    target: ConformanceTarget<Tx>,
    create: () => Promise<ConformanceTarget<Tx>>,
    patienceMs = PATIENCE_MS,
  ): Promise<TestStore> {
    await target.backend.open()
    return new TestStore(target, create, patienceMs)
  }

  /** Another store with nothing in it, for cases that need many. */
  async fresh(): Promise<TestStore> {
    const store = await TestStore.open(await this.#create(), this.#create)
    this.#others.push(store)
    return store
  }

  /** Another handle on the same store, as another process has it or this one after a restart. */
  async second(): Promise<Backend<unknown>> {
    assert.ok(this.target.second, 'the case needs a second handle')
    const backend = await this.target.second()
    this.#opened.push(backend)
    await backend.open()
    return backend
  }

  async now(): Promise<EpochMs> {
    return this.target.clock?.now() ?? (await this.backend.schedules.due({ limit: 1 })).now
  }

  async advance(length: DurationMs): Promise<void> {
    assert.ok(this.target.clock, 'the case needs a clock that can be moved')
    await this.target.clock.advance(length)
  }

  /** Sets the clock of the store, without time passing. */
  async jump(by: DurationMs): Promise<void> {
    assert.ok(this.target.clock?.jump, 'the case needs a clock that can be set')
    await this.target.clock.jump(by)
  }

  /** Stores jobs that must all be new, in as many calls as the limits ask for, and gives their ids. */
  async enqueue(...jobs: readonly NewJob[]): Promise<readonly string[]> {
    const ids: string[] = []
    for (const batch of batches(jobs, this.backend.limits.enqueueItems)) {
      const outcomes = await this.backend.jobs.enqueue({ jobs: batch })
      assert.deepEqual(
        outcomes,
        batch.map(({ id }) => ({ status: 'inserted', id })),
      )
      ids.push(...outcomes.map(({ id }) => id))
    }
    return ids
  }

  async claim(params: Partial<ClaimParams> = {}, backend = this.backend): Promise<ClaimResult> {
    return backend.jobs.claim(claimParams(params))
  }

  /** The leases of one claim, or of as many as the limits ask for. */
  async leases(params: Partial<ClaimParams> = {}): Promise<readonly Lease[]> {
    const leases: Lease[] = []
    const wanted = params.limit ?? claimParams().limit
    for (;;) {
      const limit = Math.min(wanted - leases.length, this.backend.limits.claimItems)
      const { leases: given } = await this.claim({ ...params, limit })
      leases.push(...given)
      if (given.length < limit || leases.length === wanted) return leases
    }
  }

  /** The ids that a claim gives, in its order. */
  async claimIds(params: Partial<ClaimParams> = {}): Promise<readonly string[]> {
    return (await this.leases(params)).map(({ job }) => job.id)
  }

  /** Claims one job, which must be there. */
  async claimOne(params: Partial<ClaimParams> = {}): Promise<Lease> {
    const [lease, ...others] = await this.leases({ limit: 1, ...params })
    assert.equal(others.length, 0)
    assert.ok(lease, 'a job must be claimable here')
    return lease
  }

  async settle(...settlements: readonly Settlement[]): Promise<readonly SettleOutcome[]> {
    return this.backend.jobs.settle({ settlements })
  }

  /** Settles where nothing can be lost, in as many calls as the limits ask for. */
  async settled(...settlements: readonly Settlement[]): Promise<void> {
    for (const batch of batches(settlements, this.backend.limits.settleItems)) {
      assert.deepEqual(
        await this.settle(...batch),
        batch.map(() => 'settled'),
      )
    }
  }

  /** A job that must be on record. */
  async job(id: string): Promise<JobRecord> {
    const [record] = await this.backend.inspector.get({ ids: [id] })
    assert.ok(record, `job "${id}" must be on record`)
    return record
  }

  async states(...ids: readonly string[]): Promise<readonly (JobState | null)[]> {
    return (await this.backend.inspector.get({ ids })).map((record) => record?.state ?? null)
  }

  /** How many jobs are on record in each state, over all queues. */
  async counts(): Promise<Partial<Record<JobState, number>>> {
    const sums: Partial<Record<JobState, number>> = {}
    for (const { state, count } of await this.backend.inspector.counts({})) {
      if (count > 0) sums[state] = (sums[state] ?? 0) + count
    }
    return sums
  }

  /** Lets every lease of `leaseMs` that is out end, and be noticed by whatever the store has for it. */
  async loseLeases(leaseMs: DurationMs = LEASE_MS): Promise<void> {
    await this.advance(leaseMs + this.backend.capabilities.reclaimLagMs)
    await this.tickAll()
  }

  /** Runs maintenance until it says that nothing is left to do now; the sum of what it did. */
  async tickAll(): Promise<{ readonly pruned: number; readonly reclaimed: number }> {
    const sum = { pruned: 0, reclaimed: 0 }
    for (let ticks = 0; ticks < TICKS_MAX; ticks += 1) {
      const { nextAt, pruned, reclaimed } = await this.backend.maintenance.tick({})
      sum.pruned += pruned
      sum.reclaimed += reclaimed
      if (nextAt > (await this.now())) return sum
    }
    return assert.fail(`maintenance had more to do after ${TICKS_MAX} ticks`)
  }

  /** What `verify` finds, through a handle that is open still. */
  async verify(): Promise<readonly string[]> {
    const others = await Promise.all(this.#others.map(async (store) => store.verify()))
    try {
      return [...(await this.backend.maintenance.verify({})), ...others.flat()]
    } catch (error) {
      // The case closed its handle: look through another one where there can be one.
      if (this.target.second === undefined) return others.flat()
      assert.equal((error as { code?: unknown }).code, 'BACKEND_CLOSED')
      return [...(await (await this.second()).maintenance.verify({})), ...others.flat()]
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const backend of this.#opened) await backend.close()
    for (const store of this.#others) {
      await store[Symbol.asyncDispose]()
      await store.backend.close()
      await store.target.destroy()
    }
  }
}

/** A claim of one worker that takes whatever the queue `queue` has. */
export function claimParams(params: Partial<ClaimParams> = {}): ClaimParams {
  const limit = params.limit ?? 100
  return {
    workerId: 'worker-1',
    leaseMs: LEASE_MS,
    queues: [{ queue: 'queue', limit }],
    tasks: TASKS,
    suspects: true,
    from: 'highest',
    ...params,
    limit,
  }
}

/** The same items in pieces that fit a limit. */
export function batches<Item>(items: readonly Item[], max: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / max) }, (_, at) => items.slice(at * max, (at + 1) * max))
}

/** Lets everything run that waits for nothing but its turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    systemClock.defer(resolve)
  })
}
