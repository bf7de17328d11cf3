import assert from 'node:assert/strict'
import type { NewJob, Priority } from '../../model/job.js'
import type { Lease, Settlement } from '../../model/lease.js'
import type { ClaimParams } from '../../port/job-store.js'
import { randomInt, seededRandom } from '../../time/random.js'
import type { Random } from '../../model/clock.js'
import { newJob } from '../new-job.js'
import { chapter, needs, type Case } from './chapter.js'
import { judgeClaim } from './claim-judge.js'
import { Oracle } from './oracle.js'
import { claimParams, LEASE_MS, type TestStore } from './test-store.js'

const SEEDS = 16
const CALLS = 400
const QUEUES = ['a', 'b'] as const
const TASKS = ['t', 'u'] as const

/** Recent receipts are kept so that most settlements hit something, and old ones too so that some are stale. */
const RECEIPTS_KEPT = 25

export const randomModel = chapter(
  'A random life leaves what a simple model of the port says',
  Object.fromEntries(
    Array.from({ length: SEEDS }, (_, seed) => [
      `${CALLS} calls drawn with seed ${seed} answer as the model does`,
      life(seed),
    ]),
  ),
)

/** Draws calls, makes them on the store and on the oracle, and compares answers and records. */
function life(seed: number): Omit<Case, 'name'> {
  return needs('clock', async (t) => {
    const player = new Player(t, seededRandom(seed))
    for (let call = 0; call < CALLS; call += 1) {
      const name = player.draw()
      try {
        await player.play(name)
        await player.compare()
      } catch (error) {
        throw new Error(`seed ${seed}, call ${call} (${name}): ${(error as Error).message}`, { cause: error })
      }
    }
  })
}

/** What can be drawn, and how often. */
const WEIGHTS = {
  enqueue: 5,
  claim: 6,
  settle: 7,
  extend: 2,
  cancel: 2,
  retry: 2,
  delete: 1,
  wait: 3,
  settings: 1,
} as const

type Move = keyof typeof WEIGHTS

class Player {
  readonly #store: TestStore
  readonly #random: Random
  readonly #oracle = new Oracle()
  readonly #receipts: string[] = []
  readonly #settings = new Map(
    QUEUES.map((name) => [name as string, { paused: false, concurrency: null as number | null }]),
  )
  #made = 0

  constructor(store: TestStore, random: Random) {
    this.#store = store
    this.#random = random
  }

  draw(): Move {
    const moves = Object.entries(WEIGHTS).flatMap(([move, weight]) => Array<Move>(weight).fill(move as Move))
    return this.#pick(moves)
  }

  async play(move: Move): Promise<void> {
    await this[move]()
  }

  /** Every record, and how many there are of each state. */
  async compare(): Promise<void> {
    const known = [...this.#oracle.jobs.values()]
    const records = await this.#store.backend.inspector.get({ ids: known.map(({ id }) => id) })
    for (const [at, job] of known.entries()) {
      const record = records[at]
      assert.ok(record, `job "${job.id}" must be on record`)
      // Only the store can say when a job came back that nobody sent back; not later than now, unless it was to be later.
      if (job.state === 'pending' && record.visibleAt !== null && record.visibleAt !== job.visibleAt) {
        assert.ok(job.visibleAt !== null && record.visibleAt <= Math.max(job.visibleAt, await this.#store.now()))
        job.visibleAt = job.dueAt = record.visibleAt
      }
      const { id, state, failure, visibleAt, tries, iterations, suspect, cancelRequested } = job
      assert.deepEqual(pickFields(record), {
        id,
        state,
        failure,
        visibleAt,
        tries,
        iterations,
        suspect,
        cancelRequested,
      })
    }
    const counts: Record<string, number> = {}
    for (const { state } of known) counts[state] = (counts[state] ?? 0) + 1
    assert.deepEqual({ ...(await this.#store.counts()) }, counts)
  }

  async enqueue(): Promise<void> {
    const jobs = Array.from({ length: 1 + this.#int(4) }, () => this.#job())
    const expected = this.#oracle.enqueue(jobs, await this.#store.now())
    const call = this.#store.backend.jobs.enqueue({ jobs })
    if (expected === null) await assert.rejects(call, { code: 'PARENT_UNKNOWN' })
    else assert.deepEqual(await call, expected)
  }

  async claim(): Promise<void> {
    const params = this.#claim()
    const { leases } = await this.#store.backend.jobs.claim(params)
    await this.#lend(params, leases, true)
  }

  async settle(): Promise<void> {
    const settlements = Array.from({ length: 1 + this.#int(4) }, () => this.#settlement())
    const now = await this.#store.now()
    const expected = settlements.map((settlement) => this.#oracle.settle(settlement, now))
    if (this.#int(3) > 0) {
      assert.deepEqual(await this.#store.settle(...settlements), expected)
      return
    }
    const params = this.#claim()
    const { leases, outcomes } = await this.#store.backend.jobs.exchange({ settlements, claim: params })
    assert.deepEqual(outcomes, expected)
    await this.#lend(params, leases, false)
  }

  async extend(): Promise<void> {
    const receipts = Array.from({ length: 1 + this.#int(3) }, () => this.#receipt())
    const until = (await this.#store.now()) + LEASE_MS
    const expected = receipts.map((receipt) => this.#oracle.extend(receipt, until))
    assert.deepEqual(await this.#store.backend.jobs.extend({ receipts, leaseMs: LEASE_MS }), expected)
  }

  async cancel(): Promise<void> {
    const ids = this.#ids()
    const expected = ids.map((id) => this.#oracle.cancel(id))
    assert.deepEqual(await this.#store.backend.jobs.cancel({ ids, reason: null }), expected)
  }

  async retry(): Promise<void> {
    const ids = this.#ids()
    const now = await this.#store.now()
    const expected = ids.map((id) => this.#oracle.retry(id, now))
    assert.deepEqual(await this.#store.backend.jobs.retry({ ids }), expected)
  }

  async delete(): Promise<void> {
    const waiting = [...this.#oracle.jobs.values()].filter(({ state }) => state === 'blocked')
    const isAwaited = (id: string): boolean => waiting.some(({ parents }) => parents.some((parent) => parent.id === id))
    const ids = this.#ids().filter((id) => !isAwaited(id))
    const expected = ids.map((id) => this.#oracle.delete(id))
    assert.deepEqual(await this.#store.backend.jobs.delete({ ids }), expected)
  }

  /** Lets time pass, and never so that a lease has only just ended, where a store may or may not have noticed. */
  async wait(): Promise<void> {
    const { reclaimLagMs } = this.#store.backend.capabilities
    await this.#store.advance(this.#int(20_000))
    for (;;) {
      const now = await this.#store.now()
      const ends = [...this.#oracle.jobs.values()]
        .filter(({ state }) => state === 'running')
        .map((job) => job.visibleAt ?? 0)
      if (!ends.some((end) => end <= now && end > now - reclaimLagMs)) break
      await this.#store.advance(reclaimLagMs)
    }
    await this.#store.tickAll()
    this.#oracle.reclaim(await this.#store.now())
  }

  async settings(): Promise<void> {
    const name = this.#pick(QUEUES)
    const settings = { paused: this.#int(5) === 0, concurrency: this.#int(2) === 0 ? null : 2 + this.#int(9) }
    this.#settings.set(name, settings)
    await this.#store.backend.control.putQueues({ queues: [{ name, ...settings }] })
  }

  async #lend(params: ClaimParams, leases: readonly Lease[], isOrdered: boolean): Promise<void> {
    const now = await this.#store.now()
    judgeClaim(this.#oracle, { params, leases, now, isOrdered, settings: this.#settings })
    for (const { job, receipt, leaseUntil } of leases) {
      this.#oracle.lend(job.id, receipt, leaseUntil)
      this.#receipts.push(receipt)
    }
    if (this.#receipts.length > RECEIPTS_KEPT) this.#receipts.splice(0, this.#receipts.length - RECEIPTS_KEPT)
  }

  #claim(): ClaimParams {
    const queues = QUEUES.filter(() => this.#int(4) > 0).map((queue) => ({ queue, limit: 1 + this.#int(5) }))
    return claimParams({
      queues,
      tasks: TASKS.filter(() => this.#int(5) > 0),
      limit: 1 + this.#int(8),
      suspects: this.#int(3) > 0,
      from: this.#int(4) === 0 ? 'lowest' : 'highest',
    })
  }

  #job(): NewJob {
    const ids = [...this.#oracle.jobs.keys()]
    const isAgain = ids.length > 0 && this.#int(12) === 0
    const parents = Array.from({ length: this.#int(8) === 0 ? 1 + this.#int(3) : 0 }, () =>
      this.#int(10) === 0 ? 'nobody' : this.#pick(['nobody', ...ids]),
    )
    this.#made += 1
    return newJob({
      id: isAgain ? this.#pick(ids) : `j${this.#made}`,
      queue: this.#pick(QUEUES),
      task: this.#pick(TASKS),
      priority: (1 + this.#int(5)) as Priority,
      due: { inMs: this.#int(2) === 0 ? 0 : this.#int(20_000) },
      uniqueKey: this.#int(3) === 0 ? `key-${this.#int(4)}` : null,
      parents: [...new Set(parents)].map((id) => ({ id, otherwise: this.#int(3) === 0 ? 'run' : 'fail' })),
    })
  }

  #settlement(): Settlement {
    const receipt = this.#receipt()
    const due = { inMs: this.#int(2) === 0 ? 0 : this.#int(10_000) }
    return this.#pick<Settlement>([
      { kind: 'complete', receipt, result: null },
      { kind: 'complete', receipt, result: null },
      { kind: 'retry', receipt, due, error: '{}' },
      { kind: 'snooze', receipt, due },
      { kind: 'release', receipt },
      { kind: 'again', receipt, due, payload: null },
      { kind: 'fail', receipt, failure: 'exhausted', error: null, spendsTry: false },
      { kind: 'cancel', receipt, reason: null },
    ])
  }

  #receipt(): string {
    return this.#receipts.length === 0 ? 'nobody' : this.#pick(this.#receipts)
  }

  #ids(): readonly string[] {
    const ids = [...this.#oracle.jobs.keys(), 'nobody']
    return Array.from({ length: 1 + this.#int(3) }, () => this.#pick(ids))
  }

  #int(end: number): number {
    return randomInt(this.#random, end)
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#int(items.length)] as Item
  }
}

function pickFields(record: Awaited<ReturnType<TestStore['job']>>): object {
  const { id, state, failure, visibleAt, tries, iterations, suspect, cancelRequested } = record
  return { id, state, failure, visibleAt, tries, iterations, suspect, cancelRequested }
}
