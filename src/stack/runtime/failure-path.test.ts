import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { functionConfig } from '../../../test/stack/app-config.js'
import { StackRig } from '../../../test/stack/stack-rig.js'
import { task } from '../../model/task-definition.js'
import type { Stacks } from './open-stacks.js'

let rig: StackRig

beforeEach(() => {
  rig = new StackRig()
  rig.write('fail.mjs', "export default () => { throw new TypeError('no') }")
})

afterEach(async () => {
  await rig.close()
})

const tasks = { export: { file: 'fail.mjs', maxTries: 2 } }
const testStack = { 'test-stack': { tasks } }

async function open(onFailure: string, stacks: Parameters<StackRig['config']>[0] = testStack): Promise<Stacks> {
  const file = rig.write('on-failure.mjs', onFailure)
  return rig.open(rig.config(stacks, { onFailure: functionConfig(file) }))
}

async function enqueue(stacks: Stacks, name: string, payload: unknown, options: object = {}) {
  return stacks.rota.enqueue(task<unknown>(name, {}), payload, options)
}

const collect = 'export default (record) => void seen.push(record)'

describe('a job that has failed for good', () => {
  test('D-16: is told once, after its last try, in the form of async failures, and nothing is left behind', async () => {
    const stacks = await open(collect)
    const id = 'a+b c/d%20é'
    await enqueue(stacks, 'test-stack:export', { path: 'x+y' }, { id })
    await rig.run(stacks, 60_000)
    expect(rig.seen).toEqual([
      {
        type: 'async-lambda',
        id,
        date: expect.any(Date) as Date,
        payload: { path: 'x+y' },
        source: { resource: 'test-stack:task:export', event: { path: 'x+y' } },
        function: { name: 'test-stack:task:export' },
        error: { type: 'TypeError', message: 'no', stackTrace: expect.any(Array) as string[] },
      },
    ])
    expect((rig.seen[0] as { error: { stackTrace: string[] } }).error.stackTrace[0]).toMatch(/^at .*fail\.mjs/)
    expect((await stacks.rota.list({ state: 'pending' })).jobs).toEqual([])
  })

  test('D-17: is told again when the function that hears of it fails, and is kept until then', async () => {
    const stacks = await open(
      "export default (record) => { if (seen.length < 1) throw new Error('not yet'); seen.push(record.id) }",
    )
    const { id } = await enqueue(stacks, 'test-stack:export', 1)
    await rig.run(stacks, 3_000)
    const [waiting] = (await stacks.rota.list({ task: 'shop:app:on-failure', state: 'retrying' })).jobs
    expect(waiting?.payload).toMatchObject({ id })
    rig.seen.push('mended')
    await rig.run(stacks, 600_000)
    expect(rig.seen).toEqual(['mended', id])
  })

  test('D-18: is not made of a job that tells of nothing', async () => {
    const stacks = await open(collect)
    const job = await enqueue(stacks, 'shop:app:on-failure', undefined)
    await rig.run(stacks)
    expect(rig.seen).toEqual([])
    expect(await job.get()).toMatchObject({ state: 'completed' })
  })

  test('D-19: names the route of its task, with what it was called with', async () => {
    const stacks = await open(collect)
    await enqueue(stacks, 'test-stack:export', { inner: true })
    await rig.run(stacks, 60_000)
    expect(rig.seen).toMatchObject([
      {
        function: { name: 'test-stack:task:export' },
        source: { resource: 'test-stack:task:export', event: { inner: true } },
      },
    ])
  })

  test('D-20: names the queue where it was a message', async () => {
    const stacks = await open(collect, {
      'test-stack': { tasks, queues: { index: { consumer: 'test-stack:export' }, own: { file: 'fail.mjs' } } },
    })
    await enqueue(stacks, 'test-stack:export', 'm', { queue: 'test-stack:index', id: 'shared' })
    await enqueue(stacks, 'test-stack:queue:own', 'n', { queue: 'test-stack:own', id: 'own' })
    await rig.run(stacks, 60_000)
    const record = (id: string, name: string, payload: string) => ({
      type: 'queue',
      id,
      date: expect.any(Date) as Date,
      payload,
      source: { resource: `test-stack:queue:${name}`, event: payload },
      queue: { name: `test-stack:${name}` },
    })
    expect(rig.seen).toHaveLength(2)
    expect(rig.seen).toEqual(expect.arrayContaining([record('shared', 'index', 'm'), record('own', 'own', 'n')]))
  })

  test('D-21: may be a message that somebody has sent there: it has its date and no queue', async () => {
    const stacks = await open(collect)
    const sentAt = new Date(rig.clock.now())
    const { id } = await enqueue(stacks, 'shop:app:on-failure', { hello: 'there' })
    await rig.clock.advance(5_000)
    await rig.run(stacks)
    expect(rig.seen).toEqual([{ type: 'queue', id, date: sentAt, payload: { hello: 'there' }, queue: {} }])
  })
})

describe('the handling of failures', () => {
  const rota = new URL('../../app/ambient-resources.ts', import.meta.url).pathname

  test('cannot loop: what it starts, and what that starts, is not told to it when it fails', async () => {
    rig.write('alert.mjs', `import { Task } from '${rota}'\nexport default () => Task['test-stack'].export('again')`)
    const stacks = await open(
      `import { Topic } from '${rota}'\nexport default async (record) => { seen.push(record.payload); await Topic['test-stack'].alerts(record.id) }`,
      { 'test-stack': { tasks: { ...tasks, alert: 'alert.mjs' }, topics: { alerts: ['test-stack:alert'] } } },
    )
    await enqueue(stacks, 'test-stack:export', 'first')
    await rig.run(stacks, 120_000)
    expect(rig.seen).toEqual(['first'])
    const { jobs } = await stacks.rota.list({ state: 'failed' })
    expect(jobs.map(({ payload }) => payload).toSorted()).toEqual(['again', 'first'])
  })

  test('runs no cron, whose job could not say where it came from', async () => {
    const stacks = await open(
      `import { Cron } from '${rota}'\nexport default () => Cron['test-stack'].nightly().catch((error) => void seen.push(String(error)))`,
      { 'test-stack': { tasks, crons: { nightly: { task: 'test-stack:export' } } } },
    )
    await enqueue(stacks, 'test-stack:export', 'first')
    await rig.run(stacks, 30_000)
    expect(rig.seen).toEqual([expect.stringMatching(/^TypeError: Cron.test-stack.nightly: expected no cron to be run/)])
  })

  test('ends as failed, and is not told to itself, when all its tries are spent', async () => {
    const stacks = await open("export default () => { seen.push(1); throw new Error('broken') }")
    await enqueue(stacks, 'test-stack:export', 'first')
    await rig.run(stacks, 1_200_000)
    expect(rig.seen).toHaveLength(10)
    const { jobs } = await stacks.rota.list({ state: 'failed' })
    expect(jobs.map(({ task: name }) => name).toSorted()).toEqual(['shop:app:on-failure', 'test-stack:export'])
  })
})

describe('D-25: the log of errors', () => {
  const openLog = (file: string, onErrorLog: string): Promise<Stacks> =>
    rig.open(
      rig.config(
        { orders: { tasks: { work: { file, maxTries: 1 } } } },
        { onErrorLog: functionConfig(rig.write('on-error-log.mjs', onErrorLog), { timeoutMs: 10_000 }) },
      ),
    )

  test('tells what a function threw, with the job and a hash that is the same the next time', async () => {
    rig.write('work.mjs', 'export default (n) => { throw new RangeError(`order ${n} is too large`) }')
    const stacks = await openLog('work.mjs', collect)
    const jobs = [await enqueue(stacks, 'orders:work', 17), await enqueue(stacks, 'orders:work', 4)]
    await rig.run(stacks)
    const hashes = new Set(rig.seen.map((event) => (event as { hash: string }).hash))
    expect(rig.seen).toHaveLength(2)
    expect(hashes.size).toBe(1)
    expect([...hashes][0]).toMatch(/^[0-9a-f]{64}$/)
    expect(rig.seen[0]).toMatchObject({
      requestId: jobs[0]!.id,
      origin: 'orders:task:work',
      level: 'error',
      type: 'RangeError',
      message: 'order 17 is too large',
      date: expect.any(Date) as Date,
    })
  })

  test('tells warnings and errors that a function writes, and nothing that says nothing', async () => {
    rig.write(
      'work.mjs',
      "export default (_, { log }) => { log.warn('low'); log.error('bad'); log.info('fine'); log.error(' -- ') }",
    )
    const stacks = await openLog('work.mjs', collect)
    await enqueue(stacks, 'orders:work', 1)
    await rig.run(stacks)
    expect(rig.seen).toMatchObject([
      { level: 'warn', type: 'Error', message: 'low' },
      { level: 'error', type: 'Error', message: 'bad' },
    ])
  })

  test('is not told of itself, and fails nothing', async () => {
    rig.write('work.mjs', "export default () => { throw new Error('no') }")
    const stacks = await openLog('work.mjs', "export default () => { seen.push(1); throw new Error('broken') }")
    await enqueue(stacks, 'orders:work', 1)
    await rig.run(stacks)
    expect(rig.seen).toEqual([1])
    expect((await stacks.rota.list({ task: 'shop:app:on-error-log' })).jobs).toEqual([])
    const [job] = (await stacks.rota.list({ task: 'shop:app:on-error-log', state: 'completed' })).jobs
    expect((await stacks.rota.details(job!))?.logs[0]?.message).toContain('broken')
  })

  test('is not told of what its function has started, however far away', async () => {
    const rota = new URL('../../app/ambient-resources.ts', import.meta.url).pathname
    rig.write('work.mjs', "export default () => { throw new Error('no') }")
    rig.write('alert.mjs', `import { Task } from '${rota}'\nexport default () => Task.orders.mail(1)`)
    rig.write('mail.mjs', "export default () => { seen.push('mail'); throw new Error('no server') }")
    const onErrorLog = rig.write(
      'on-error-log.mjs',
      `import { Task } from '${rota}'\nexport default (event) => { seen.push(event.origin); return Task.orders.alert(event) }`,
    )
    const files = { work: 'work.mjs', alert: 'alert.mjs', mail: 'mail.mjs' }
    const names = Object.entries(files).map(([name, file]) => [name, { file, maxTries: 1 }])
    const stacks = await rig.open(
      rig.config(
        { orders: { tasks: Object.fromEntries(names) as Record<string, { file: string }> } },
        { onErrorLog: functionConfig(onErrorLog, { timeoutMs: 10_000 }) },
      ),
    )
    await enqueue(stacks, 'orders:work', 1)
    await rig.run(stacks)
    expect(rig.seen).toEqual(['orders:task:work', 'mail'])
  })

  test('leaves a function behind that hangs', async () => {
    rig.write('work.mjs', "export default () => { throw new Error('no') }")
    const stacks = await openLog('work.mjs', 'export default () => new Promise(() => undefined)')
    await enqueue(stacks, 'orders:work', 1)
    await rig.run(stacks, 20_000)
    expect((await stacks.rota.list({ task: 'shop:app:on-error-log', state: 'completed' })).jobs).toHaveLength(1)
  })
})
