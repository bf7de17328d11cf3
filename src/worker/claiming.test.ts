import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { Deferred } from '../async/deferred.js'
import { task } from '../model/task-definition.js'
import type { ClaimParams } from '../port/job-store.js'
import { json, newJobs } from '../testing/new-job.js'

let rig: WorkerRig

beforeEach(() => {
  rig = new WorkerRig()
})

const noop = task('noop', () => undefined)
const CLAIMS = ['claim', 'exchange']

/** What the claims so far asked for. */
function claimsOf(target: WorkerRig): ClaimParams[] {
  return target.calls
    .filter(({ name }) => CLAIMS.includes(name))
    .map(({ params }) => (params['claim'] ?? params) as unknown as ClaimParams)
}

describe('an idle worker', () => {
  test('beats each 10 s and makes no other call for an hour, but for the housekeeping that the store asks for', async () => {
    await rig.started([noop])
    await rig.clock.advance(60_000)
    const before = rig.calls.length
    const upkeep = rig.count('tick')
    const from = rig.clock.now()
    await rig.clock.advance(3_600_000)
    const beats = rig.calls.slice(before).filter(({ name }) => name === 'beat')
    expect(beats.map(({ at }) => at - from)).toEqual(Array.from({ length: 360 }, (_, at) => (at + 1) * 10_000))
    expect(rig.calls.length - before).toBe(360 + rig.count('tick') - upkeep)
    expect(rig.count('tick') - upkeep).toBeLessThanOrEqual(60)
  })

  test('claims at once when a job comes, and settles it at once', async () => {
    await rig.started([noop])
    await rig.clock.advance(25_000)
    const id = await rig.enqueue(noop)
    await rig.clock.settle()
    expect((await rig.job(id)).state).toBe('completed')
    await rig.clock.advance(1000)
    expect(rig.calls.filter(({ name }) => CLAIMS.includes(name)).map(({ name }) => name)).toEqual([
      'claim',
      'claim',
      'exchange',
    ])
  })

  test('claims a delayed job when it becomes due, and asks for it no sooner', async () => {
    await rig.started([noop])
    const id = await rig.enqueue(noop, undefined, { due: { inMs: 3_600_000 } })
    await rig.clock.advance(1000)
    const claims = rig.count(...CLAIMS)
    await rig.clock.advance(3_598_999)
    expect(rig.count(...CLAIMS)).toBe(claims)
    expect((await rig.job(id)).state).toBe('pending')
    await rig.clock.advance(1)
    expect((await rig.job(id)).state).toBe('completed')
  })

  test('tries a hint that finds nothing again after 1, 2, 4 ... 64 ms, and then no more', async () => {
    await rig.started([noop])
    await rig.clock.advance(1000)
    const from = rig.clock.now()
    const before = rig.calls.length
    await rig.enqueue(task('foreign'))
    await rig.clock.advance(5000)
    const claims = rig.calls.slice(before).filter(({ name }) => CLAIMS.includes(name))
    expect(claims.map(({ at }) => at - from)).toEqual([0, 1, 3, 7, 15, 31, 63, 127])
  })

  test('polls where the store gives no hints', async () => {
    const { wakeups: _none, ...deaf } = rig.store
    await rig.started([noop], { backend: deaf, pollInterval: '2 seconds' })
    const id = await rig.enqueue(noop)
    await rig.clock.advance(1999)
    expect((await rig.job(id)).state).toBe('pending')
    await rig.clock.advance(1)
    expect((await rig.job(id)).state).toBe('completed')
  })

  test('hears from its beat what a lost hint would have told', async () => {
    const { wakeups: _none, ...rest } = rig.store
    const lossy = {
      ...rest,
      wakeups: { subscribe: () => () => undefined },
      control: {
        ...rest.control,
        beat: async (params: Parameters<typeof rest.control.beat>[0]) => ({
          ...(await rest.control.beat(params)),
          nextVisibleAt: rig.clock.now(),
        }),
      },
    }
    await rig.started([noop], { backend: lossy })
    const id = await rig.enqueue(noop)
    await rig.clock.advance(9999)
    expect((await rig.job(id)).state).toBe('pending')
    await rig.clock.advance(1)
    expect((await rig.job(id)).state).toBe('completed')
  })
})

describe('what a worker claims', () => {
  test('never exceeds its concurrency, nor that of a queue', async () => {
    const running = new Map<string, number>()
    const most = new Map<string, number>()
    const work = async (queue: string): Promise<void> => {
      running.set(queue, (running.get(queue) ?? 0) + 1)
      most.set(queue, Math.max(most.get(queue) ?? 0, running.get(queue) ?? 0))
      const sum = [...running.values()].reduce((a, b) => a + b, 0)
      most.set('all', Math.max(most.get('all') ?? 0, sum))
      await rig.clock.sleep(1 + 20 * rig.random.next())
      running.set(queue, (running.get(queue) ?? 0) - 1)
    }
    const mail = task('mail', { queue: 'mail', run: () => work('mail') })
    const other = task('other', { queue: 'other', run: () => work('other') })
    rig.latencyMs = 3
    await rig.started([mail, other], { concurrency: 8, queues: { mail: { concurrency: 3 }, other: 7 } })
    await rig.enqueueAll(mail, 200)
    await rig.enqueueAll(other, 200)
    await rig.clock.advance(60_000)
    const counts = await rig.store.inspector.counts({})
    expect(counts.filter(({ state }) => state === 'completed').map(({ count }) => count)).toEqual([200, 200])
    expect(Object.fromEntries(most)).toEqual({ mail: 3, other: 7, all: 8 })
  })

  test('is nothing ahead of slow handlers', async () => {
    const slow = task('slow', async () => rig.clock.sleep(2000))
    rig.latencyMs = 5
    const worker = await rig.started([slow], { concurrency: 5 })
    await rig.enqueueAll(slow, 100)
    for (let step = 0; step < 300; step++) {
      await rig.clock.advance(50)
      expect(worker.status.waiting).toBe(0)
      expect(worker.status.held).toBeLessThanOrEqual(10)
    }
  })

  test('is as much ahead of quick handlers as two conversations with the store need', async () => {
    const quick = task('quick', async () => rig.clock.sleep(10))
    rig.latencyMs = 20
    const worker = await rig.started([quick], { concurrency: 10 })
    await rig.enqueueAll(quick, 2000)
    const waiting: number[] = []
    for (let ms = 0; ms < 2000; ms += 5) {
      await rig.clock.advance(5)
      waiting.push(worker.status.waiting)
    }
    expect(Math.max(...waiting)).toBeGreaterThan(5)
    expect(Math.max(...waiting)).toBeLessThanOrEqual(40)
    // Ten slots, 10 ms each: 2,000 in 2 s at the best.
    const counts = await rig.store.inspector.counts({})
    expect(counts.find(({ state }) => state === 'completed')?.count).toBeGreaterThan(1000)
  })

  test('starts one claim in sixteen from the lowest priority', async () => {
    await rig.started([noop], { concurrency: 1 })
    for (let index = 0; index < 64; index++) {
      await rig.enqueue(noop)
      await rig.clock.settle()
    }
    const claims = claimsOf(rig)
    expect(claims.length).toBeGreaterThan(64)
    expect(claims.map(({ from }) => from === 'lowest')).toEqual(claims.map((_, at) => (at + 1) % 16 === 0))
  })

  test('is always asked for with the same array of tasks, and prefers each queue in turn', async () => {
    const a = task('a', { queue: 'qa', run: () => 1 })
    const b = task('b', { queue: 'qb', run: () => 1 })
    await rig.started([a, b])
    for (let index = 0; index < 4; index++) {
      await rig.enqueue(a)
      await rig.clock.settle()
    }
    const claims = claimsOf(rig)
    expect(new Set(claims.map(({ tasks }) => tasks)).size).toBe(1)
    expect(claims[0]?.tasks).toEqual(['a', 'b'])
    expect(new Set(claims.map(({ queues }) => queues[0]?.queue))).toEqual(new Set(['qa', 'qb']))
  })

  test('is only what is in the queues that it is to serve', async () => {
    const a = task('a', { queue: 'qa', run: () => 1 })
    await rig.started([a, noop], { onlyQueues: ['default', 'spare'] })
    const left = await rig.enqueue(a)
    const done = await rig.enqueue(noop)
    await rig.clock.advance(1000)
    expect((await rig.job(left)).state).toBe('pending')
    expect((await rig.job(done)).state).toBe('completed')
  })

  test('asks for no second suspect while it holds one', async () => {
    const gates = [new Deferred(), new Deferred(), new Deferred()]
    let dead = true
    const work = task('work', async (n: number) => (dead ? new Deferred().promise : gates[n]?.promise))
    const first = await rig.started([work])
    await rig.enqueueAll(work, 3)
    await rig.clock.settle()
    rig.kill(first)
    dead = false
    const second = await rig.started([work])
    await rig.clock.advance(40_000)
    const asked = claimsOf(rig).filter(({ workerId }) => workerId === second.id)
    expect(asked[0]?.suspects).toBe(true)
    expect(asked.at(-1)?.suspects).toBe(false)
    expect(second.status.held).toBe(1)
    for (const gate of gates) gate.resolve()
    await rig.clock.advance(1000)
    expect(second.status.held).toBe(0)
    const counts = await rig.store.inspector.counts({})
    expect(counts.find(({ state }) => state === 'completed')?.count).toBe(3)
  })
})

describe('a queue that is paused', () => {
  test('is not claimed from, gives back what was claimed ahead, and goes on when it is resumed', async () => {
    const quick = task('quick', async () => rig.clock.sleep(2))
    await rig.enqueueAll(quick, 300)
    rig.latencyMs = 5
    const worker = await rig.started([quick], { concurrency: 4 })
    for (let ms = 0; ms < 500 && worker.status.waiting === 0; ms++) await rig.clock.advance(1)
    expect(worker.status.waiting).toBeGreaterThan(0)
    await rig.store.control.putQueues({ queues: [{ name: 'default', paused: true }] })
    await rig.clock.advance(100)
    expect(worker.status).toEqual({ running: 0, waiting: 0, held: 0 })
    const claims = rig.count(...CLAIMS)
    await rig.clock.advance(60_000)
    expect(rig.count(...CLAIMS)).toBe(claims)
    await rig.store.control.putQueues({ queues: [{ name: 'default', paused: false }] })
    await rig.clock.advance(10_000)
    const counts = await rig.store.inspector.counts({})
    expect(counts.find(({ state }) => state === 'completed')).toMatchObject({ count: 300 })
  })
})

test('100,000 jobs run with a memory that stays flat', async () => {
  let runs = 0
  const count = task('count', () => {
    runs++
  })
  const worker = await rig.started([count])
  const heaps: number[] = []
  for (let round = 0; round < 10; round++) {
    const jobs = newJobs(10_000, { task: 'count', queue: 'default', payload: json('x'.repeat(200)) })
    for (let from = 0; from < jobs.length; from += 500) {
      await rig.store.jobs.enqueue({ jobs: jobs.slice(from, from + 500) })
    }
    await rig.clock.settle()
    expect(runs).toBe((round + 1) * 10_000)
    expect(worker.status).toEqual({ running: 0, waiting: 0, held: 0 })
    await rig.store.jobs.delete({ ids: jobs.map(({ id }) => id) })
    rig.calls.length = 0
    heaps.push(heapAfterCollection())
  }
  // The event log of the store is full after four rounds; 50,000 leases and payloads more would take over 25 MB.
  expect((heaps.at(-1) ?? 0) - (heaps[4] ?? 0)).toBeLessThan(5_000_000)
})

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

describe('a worker with one slot', () => {
  test.each([2, 3, 4, 16, 17])('gives each of %d queues its turn', async (count) => {
    const order: string[] = []
    const tasks = Array.from({ length: count }, (_, at) =>
      task(`t${at}`, {
        queue: `q${at}`,
        run: async () => {
          order.push(`q${at}`)
          await rig.clock.sleep(5)
        },
      }),
    )
    for (const one of tasks) await rig.enqueueAll(one, 20)
    rig.latencyMs = 1
    await rig.started(tasks, { concurrency: 1 })
    await rig.clock.advance(1000)
    const runs = tasks.map((_, at) => order.slice(0, 5 * count).filter((queue) => queue === `q${at}`).length)
    expect(Math.min(...runs)).toBeGreaterThanOrEqual(3)
  })

  test.each([2, 4, 16])('gives the lowest priority of each of %d queues its turn too', async (count) => {
    const low: string[] = []
    const tasks = Array.from({ length: count }, (_, at) =>
      task(`t${at}`, {
        queue: `q${at}`,
        run: async (_input, { job }) => {
          if (job.priority === 5) low.push(job.queue)
          await rig.clock.sleep(1)
        },
      }),
    )
    for (const one of tasks) {
      await rig.enqueueAll(one, 300, { priority: 1 })
      await rig.enqueueAll(one, 5, { priority: 5 })
    }
    await rig.started(tasks, { concurrency: 1 })
    await rig.clock.advance(2 * 16 * count)
    expect(new Set(low).size).toBe(count)
  })
})
