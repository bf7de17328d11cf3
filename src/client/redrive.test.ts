import { describe, expect, test } from 'vitest'
import { SqliteRig } from '../../test/backends/sqlite-rig.js'
import { memoryClient } from '../../test/client/memory-client.js'
import { task } from '../model/task-definition.js'
import type { FailureReason } from '../model/job-state.js'
import type { FakeClock } from '../time/fake-clock.js'
import { uuidMaker } from '../time/ids.js'
import { seededRandom } from '../time/random.js'
import { Client } from './client.js'
import { Connection } from './connection.js'
import type { RedriveOptions } from './redrive.js'
import type { Backend } from '../port/backend.js'

const mail = task<number>('mail')

interface World {
  readonly backend: Backend
  readonly client: Client
  readonly clock: FakeClock
}

interface Failing {
  readonly queue?: string
  readonly error?: object
  readonly failure?: FailureReason
}

/** Makes jobs of `numbers` and lets them fail, one after the other. */
async function failAll({ backend, client }: World, numbers: readonly number[], how: Failing = {}): Promise<void> {
  const { error = { name: 'Error', message: 'no' }, failure = 'exhausted', queue = 'default' } = how
  for (const number of numbers) {
    await client.enqueue(mail, number, { queue, id: `job-${number}` })
    const [receipt] = await claim(backend, queue)
    await backend.jobs.settle({
      settlements: [{ kind: 'fail', receipt: receipt!, failure, error: JSON.stringify(error), spendsTry: true }],
    })
  }
}

async function claim(backend: Backend, queue = 'default', limit = 1) {
  const common = { workerId: 'w', leaseMs: 30_000, tasks: ['mail'], suspects: false, from: 'highest' } as const
  const { leases } = await backend.jobs.claim({ ...common, queues: [{ queue, limit }], limit })
  return leases.map((lease) => lease.receipt)
}

async function waiting({ client }: World): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of client.jobs({ state: 'pending' })) ids.push(id)
  return ids
}

describe('redrive', () => {
  test('makes failed jobs wait again in the order in which they failed, over many pages', async () => {
    const world = memoryClient()
    const numbers = Array.from({ length: 1_203 }, (_one, index) => 1_203 - index)
    await failAll(world, numbers)
    const steps: number[] = []
    const report = await world.client.redrive({ onProgress: ({ redriven }) => steps.push(redriven) })
    expect(report).toEqual({ found: 1_203, redriven: 1_203, held: 0, gone: 0 })
    expect(steps.length).toBeGreaterThan(2)
    expect(await waiting(world)).toEqual(numbers.map((number) => `job-${number}`))
  })

  test('does the same in a store whose jobs all failed in one commit, beside those that fail meanwhile', async () => {
    const rig = await SqliteRig.open()
    try {
      const { backend, clock } = rig
      const settle = async (): Promise<void> => {
        const receipts = await claim(backend, 'default', 1_000)
        const settlements = receipts.map(
          (receipt) => ({ kind: 'fail', receipt, failure: 'exhausted', error: '{}', spendsTry: true }) as const,
        )
        await backend.jobs.settle({ settlements })
      }
      const ids = uuidMaker(clock, seededRandom(1))
      const client = new Client({ connection: new Connection(() => backend), clock, ids })
      await client.enqueue(Array.from({ length: 700 }, (_one, number) => mail.with(number, { id: `job-${number}` })))
      await settle()
      const failing: Promise<void>[] = []
      const onProgress = (): void => void failing.push(settle())
      await clock.advance(1_000)
      const report = await client.redrive({ onProgress })
      expect(report).toEqual({ found: 700, redriven: 700, held: 0, gone: 0 })
      await Promise.all(failing)
      expect((await client.counts()).find(({ state }) => state === 'failed')?.total).toBe(1_400)
    } finally {
      await rig.close()
    }
  })

  test('keeps to its rate, and does not make up for a store that was slow', async () => {
    const world = memoryClient()
    await failAll(world, [1, 2, 3, 4, 5])
    const start = world.clock.now()
    const at: number[] = []
    const done = world.client.redrive({ rate: 2, onProgress: () => at.push(world.clock.now() - start) })
    await world.clock.advance(3_000)
    await done
    expect(at).toEqual([0, 500, 1_000, 1_500, 2_000])
  })

  test('writes in parts of a second when the rate is high', async () => {
    const world = memoryClient()
    await failAll(
      world,
      Array.from({ length: 50 }, (_one, index) => index),
    )
    const start = world.clock.now()
    const at: (readonly [number, number])[] = []
    const done = world.client.redrive({
      rate: 200,
      onProgress: ({ redriven }) => at.push([world.clock.now() - start, redriven]),
    })
    await world.clock.advance(1_000)
    await done
    expect(at).toEqual([
      [0, 20],
      [100, 40],
      [200, 50],
    ])
  })

  test.each([
    ['a queue', { queue: 'other' }, ['job-3']],
    ['a part of the error, whatever its capitals', { error: 'TIMED out' }, ['job-2']],
    ['a code', { code: 'ECONNREFUSED' }, ['job-4']],
    ['a reason', { failure: 'terminated' }, ['job-4']],
    ['a task that has none', { task: 'unknown' }, []],
    ['several that must all hold', { failure: 'terminated', error: 'timed' }, []],
  ] as const)('takes only what fits %s', async (_what, filter, expected) => {
    const world = memoryClient()
    await failAll(world, [1])
    await failAll(world, [2], { error: { name: 'TimeoutError', message: 'it has timed out' } })
    await failAll(world, [3], { queue: 'other' })
    const refused = { name: 'Error', message: 'refused', code: 'ECONNREFUSED' }
    await failAll(world, [4], { error: refused, failure: 'terminated' })
    expect(await world.client.redrive({ ...filter, dryRun: true })).toMatchObject({
      found: expected.length,
      redriven: 0,
    })
    expect(await waiting(world)).toEqual([])
    await world.client.redrive(filter)
    expect(await waiting(world)).toEqual(expected)
  })

  test('takes only what failed in a time', async () => {
    const world = memoryClient()
    await failAll(world, [1])
    await world.clock.advance(1_000)
    const from = world.clock.now()
    await failAll(world, [2])
    await world.clock.advance(1_000)
    await failAll(world, [3])
    await world.client.redrive({ failedFrom: from, failedUntil: new Date(from + 1_000) })
    expect(await waiting(world)).toEqual(['job-2'])
  })

  test('leaves alone what fails again while it runs', async () => {
    const world = memoryClient()
    await failAll(world, [1, 2, 3])
    const failAgain = async (): Promise<void> => {
      const [receipt] = await claim(world.backend)
      const error = JSON.stringify({ name: 'Error', message: 'again' })
      const settlement = { kind: 'fail', receipt: receipt!, failure: 'exhausted', error, spendsTry: true } as const
      await world.backend.jobs.settle({ settlements: [settlement] })
    }
    const failing: Promise<void>[] = []
    const done = world.client.redrive({ rate: 1, onProgress: () => failing.push(failAgain()) })
    await world.clock.advance(5_000)
    expect(await done).toEqual({ found: 3, redriven: 3, held: 0, gone: 0 })
    await Promise.all(failing)
    expect((await world.client.counts()).find(({ state }) => state === 'failed')?.count).toBe(3)
  })

  test('goes on where it was stopped when it is called again', async () => {
    const world = memoryClient()
    await failAll(world, [1, 2, 3, 4])
    const stop = new AbortController()
    const done = world.client.redrive({
      rate: 1,
      signal: stop.signal,
      onProgress: ({ redriven }) => redriven === 2 && stop.abort(new Error('enough')),
    })
    const ended = expect(done).rejects.toThrow('enough')
    await world.clock.advance(5_000)
    await ended
    expect(await waiting(world)).toEqual(['job-1', 'job-2'])
    expect(await world.client.redrive()).toEqual({ found: 2, redriven: 2, held: 0, gone: 0 })
    expect(await waiting(world)).toEqual(['job-1', 'job-2', 'job-3', 'job-4'])
  })

  test('counts each job whose key is taken once, and what others took meanwhile', async () => {
    const world = memoryClient()
    for (let number = 0; number < 600; number++) {
      await world.client.enqueue(mail, number, { id: `key-${number}`, unique: number < 2 ? 'same' : `k${number}` })
      const [receipt] = await claim(world.backend)
      const settlement = {
        kind: 'fail',
        receipt: receipt!,
        failure: 'exhausted',
        error: '{}',
        spendsTry: true,
      } as const
      await world.backend.jobs.settle({ settlements: [settlement] })
    }
    await world.client.enqueue(mail, 0, { id: 'holder', unique: 'same' })
    const retried: Promise<unknown>[] = []
    const done = world.client.redrive({
      rate: 100,
      onProgress: ({ redriven }) => {
        if (redriven < 10) retried.push(world.client.delete('key-599'))
      },
    })
    await world.clock.advance(30_000)
    expect(await done).toEqual({ found: 600, redriven: 597, held: 2, gone: 0 })
    await Promise.all(retried)
  })

  test.each([
    [{ rate: 0 }, 'redrive: rate: expected jobs per second, above 0 to 1000000, got 0'],
    [{ rate: NaN }, 'redrive: rate: expected jobs per second, above 0 to 1000000, got NaN'],
    [{ speed: 5 }, 'redrive: expected'],
  ])('refuses %j', async (options, message) => {
    await expect(memoryClient().client.redrive(options as RedriveOptions)).rejects.toThrow(message)
  })
})

describe('deadLetters', () => {
  test('puts jobs together that failed of the same, the most frequent first', async () => {
    const world = memoryClient()
    await failAll(world, [1, 2], { error: { name: 'Error', message: 'order 17 is late' } })
    await failAll(world, [3], { error: { name: 'Error', message: 'order 4 is late' } })
    await world.clock.advance(1_000)
    await failAll(world, [4], { queue: 'other', failure: 'terminated', error: { name: 'E', message: 'm', code: 'C' } })
    const { count, groups, more } = await world.client.deadLetters()
    expect({ count, more }).toEqual({ count: 4, more: false })
    expect(groups).toMatchObject([
      { queue: 'default', task: 'mail', failure: 'exhausted', count: 3, lastId: 'job-3' },
      { queue: 'other', failure: 'terminated', count: 1, error: { name: 'E', message: 'm', code: 'C' } },
    ])
    expect(groups[0]?.error?.message).toBe('order 4 is late')
  })

  test('looks at no more than it is told, and says that there are more', async () => {
    const world = memoryClient()
    await failAll(
      world,
      Array.from({ length: 501 }, (_one, index) => index),
    )
    expect(await world.client.deadLetters({ limit: 100 })).toMatchObject({ more: true, count: 100 })
    expect(await world.client.deadLetters({ limit: 501 })).toMatchObject({ more: false, count: 501 })
  })
})
