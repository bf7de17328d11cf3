import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import { sqlite } from '../backends/sqlite/sqlite-backend.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import { FakeClock } from '../time/fake-clock.js'
import { Cron, Queue, Task, Topic } from './ambient-resources.js'
import { createRota } from './create-rota.js'
import { findInvoker } from './found-invoker.js'
import { makeResources } from '../client/resource-proxies.js'
import type { Rota } from './rota.js'
import { putRoutes } from './route-records.js'
import { openInvokers, withInvoker } from './invoker-scope.js'

interface Order {
  readonly orderId: string
}

/** What the declaration of a project would add. */
interface Shop {
  readonly Task: { readonly orders: Record<'processOrder' | 'cleanUp' | 'procesOrder', TaskCall> }
  readonly Queue: {
    readonly orders: Record<'paid' | 'payd', TaskCall & { batch: (all: unknown[]) => Promise<unknown> }>
  }
  readonly Topic: { readonly orders: Record<'orderPaid' | 'nothing', TaskCall> }
  readonly Cron: { readonly orders: Record<'cleanup' | 'cleanop', TaskCall & { run: () => Promise<{ id: string }> }> }
}
type TaskCall = ((payload?: unknown, options?: object) => Promise<unknown>) & {
  readonly enqueue: (payload?: unknown, options?: object) => Promise<import('../client/job-handle.js').JobHandle>
}

const shop = { Task, Queue, Topic, Cron } as unknown as Shop

let clock: FakeClock
let rotas: Rota[]
let seen: unknown[]

beforeEach(() => {
  clock = new FakeClock()
  rotas = []
  seen = []
  vi.stubEnv('ROTA_URL', '')
})

afterEach(async () => {
  for (const rota of rotas) await rota.close()
  vi.unstubAllEnvs()
  expect(openInvokers().size).toBe(0)
})

function openRota(backend: Backend = memory({ clock }), tasks = [processOrder(), note()]): Rota {
  const rota = createRota({ backend, clock, tasks })
  rotas.push(rota)
  return rota
}

const processOrder = () =>
  task('orders:process-order', { queue: 'orders:orders', run: (order: Order) => void seen.push(order) })
const note = () => task('orders:note', { run: (order: Order) => void seen.push(['noted', order]) })

/** A store as a stack leaves it that was started once. */
async function stackStore(): Promise<Backend> {
  const backend = memory({ clock })
  await backend.open()
  await putRoutes(backend.control, 'shop', [
    {
      kind: 'Task',
      record: 'orders:process-order',
      targets: [{ task: 'orders:process-order', queue: 'orders:orders' }],
    },
    { kind: 'Queue', record: 'orders:paid', targets: [{ task: 'orders:process-order', queue: 'orders:paid' }] },
    {
      kind: 'Topic',
      record: 'orders:order-paid',
      targets: [
        { task: 'orders:process-order', queue: 'orders:orders' },
        { task: 'orders:note', queue: 'default' },
      ],
    },
  ])
  return backend
}

async function drain(rota: Rota): Promise<void> {
  const worker = await rota.startWorker({ queues: { 'orders:paid': 10 } })
  await clock.settle()
  await clock.advance(1_000)
  await worker.stop()
}

describe('D-05: a call', () => {
  test('resolves to undefined when the job is stored, and the handler gets the payload once', async () => {
    const rota = openRota()
    expect(await shop.Task.orders.processOrder({ orderId: '1' })).toBe(undefined)
    expect(seen).toEqual([])
    await drain(rota)
    expect(seen).toEqual([{ orderId: '1' }])
  })

  test('gives its job to those who ask: to wait for it and to look at it', async () => {
    const rota = openRota()
    const job = await shop.Task.orders.processOrder.enqueue({ orderId: '1' }, { priority: 1 })
    expect(await job.get()).toMatchObject({ task: 'orders:process-order', queue: 'orders:orders', priority: 1 })
    await drain(rota)
    expect(await job.get()).toMatchObject({ state: 'completed' })
  })
})

describe('a scheduled call', () => {
  test('D-06: runs once with its payload when its time has come', async () => {
    const rota = openRota()
    await shop.Task.orders.processOrder({ orderId: '1' }, { schedule: '5 minutes' })
    await shop.Task.orders.processOrder({ orderId: '2' }, { schedule: new Date(clock.now() + 600_000) })
    const worker = await rota.startWorker()
    await clock.advance(299_000)
    expect(seen).toEqual([])
    await clock.advance(2_000)
    expect(seen).toEqual([{ orderId: '1' }])
    await clock.advance(300_000)
    expect(seen).toEqual([{ orderId: '1' }, { orderId: '2' }])
    await worker.stop()
  })

  test('D-29: does not run once it was called off', async () => {
    const rota = openRota()
    const job = await shop.Task.orders.processOrder.enqueue({ orderId: '1' }, { schedule: '5 minutes' })
    expect(await job.cancel()).toBe('cancelled')
    const worker = await rota.startWorker()
    await clock.advance(600_000)
    await worker.stop()
    expect(seen).toEqual([])
    expect(await job.get()).toMatchObject({ state: 'cancelled' })
  })
})

describe('payloads', () => {
  test.each([[0], [false], [''], [null]])('D-27: %j is delivered as it is', async (payload) => {
    const rota = openRota()
    await shop.Task.orders.processOrder(payload)
    await drain(rota)
    expect(seen).toEqual([payload])
  })

  test.each([
    [{ $date: 'not a date' }],
    [{ $undefined: 0 }],
    [{ $bigint: '1' }],
    [{ '$awsless-route': 'a:task:b', event: 1 }],
    [{ warmer: true, concurrency: 3 }],
  ])('D-28: %j of a user stays what it is', async (payload) => {
    const rota = openRota()
    await shop.Task.orders.processOrder(payload)
    await drain(rota)
    expect(seen).toEqual([payload])
  })
})

describe('a program that only knows the store', () => {
  test('finds the queue of a task, messages their consumer, and topics their subscribers', async () => {
    const rota = openRota(await stackStore(), [])
    expect(await shop.Queue.orders.paid({ orderId: 'q' })).toBe(undefined)
    await shop.Queue.orders.paid.batch([{ orderId: 'q1' }, { orderId: 'q2' }])
    expect(await shop.Topic.orders.orderPaid({ orderId: 't' })).toBe(undefined)
    await shop.Task.orders.processOrder({ orderId: 'd' })
    const { jobs } = await rota.list({ state: 'pending' })
    const jobOf = ({ task: name, queue, payload }: (typeof jobs)[number]): string =>
      `${name} in ${queue}: ${(payload as Order).orderId}`
    expect(jobs.map(jobOf).sort()).toEqual([
      'orders:note in default: t',
      'orders:process-order in orders:orders: d',
      'orders:process-order in orders:orders: t',
      'orders:process-order in orders:paid: q',
      'orders:process-order in orders:paid: q1',
      'orders:process-order in orders:paid: q2',
    ])
  })

  test('hears of a route that changed ten seconds later at most', async () => {
    const backend = await stackStore()
    const rota = openRota(backend, [])
    await shop.Queue.orders.paid({ orderId: '1' })
    const targets = [{ task: 'orders:note', queue: 'orders:paid' }]
    await putRoutes(backend.control, 'shop', [{ kind: 'Queue', record: 'orders:paid', targets }])
    await clock.advance(10_000)
    await shop.Queue.orders.paid({ orderId: '2' })
    const { jobs } = await rota.list({ state: 'pending' })
    expect(jobs.map(({ task: name }) => name).sort()).toEqual(['orders:note', 'orders:process-order'])
  })
})

describe('the options of a call', () => {
  test.each([
    [{ shedule: '5 minutes' }, /^Task.orders.processOrder: expected options among schedule, .*, got "shedule"$/],
    [
      { schedule: '5 minutes', delay: '1 minute' },
      /^Task.orders.processOrder: expected options among .*, got "delay"$/,
    ],
    [
      { schedule: new Date(Number.NaN) },
      /^Task.orders.processOrder: schedule: expected a Date .*, got an invalid Date$/,
    ],
    [{ schedule: 'soon' }, /^Task.orders.processOrder: schedule must be a duration, .*, got "soon"$/],
    [null, /^Task.orders.processOrder: expected an object of options, got null$/],
  ])('%j are refused, with the call and what it takes', async (options, message) => {
    const rota = openRota(await stackStore(), [])
    const call = shop.Task.orders.processOrder({ orderId: '1' }, options as never)
    await expect(call).rejects.toThrow(TypeError)
    await expect(call).rejects.toThrow(message)
    expect((await rota.list({})).jobs).toEqual([])
  })

  test('are refused with what can be done for more messages than one write takes', async () => {
    openRota(await stackStore(), [])
    const messages = Array.from({ length: 1_001 }, () => ({ orderId: '1' }))
    await expect(shop.Queue.orders.paid.batch(messages)).rejects.toThrow(
      /^Queue.orders.paid: 1001 jobs do not fit into one write: .*; send them in several calls$/,
    )
  })
})

describe('D-07: a name that there is not', () => {
  test('rejects with a TypeError that names the nearest', async () => {
    openRota(await stackStore(), [])
    await expect(shop.Task.orders.procesOrder(1)).rejects.toThrow(
      new TypeError(
        'Task.orders.procesOrder: expected a task that there is, such as "orders:process-order", got "orders:proces-order"',
      ),
    )
    await expect(shop.Task.orders.procesOrder(1, { schedule: '5 minutes' })).rejects.toThrow(TypeError)
    await expect(shop.Queue.orders.payd(1)).rejects.toThrow(/^Queue.orders.payd: .* such as "orders:paid"/)
    await expect(shop.Topic.orders.nothing(1)).rejects.toThrow(/^Topic.orders.nothing: .* such as "orders:order-paid"/)
  })

  test('rejects so for a cron too', async () => {
    const rota = openRota()
    await rota.schedule('orders:cleanup', 'rate(1 day)', note(), { orderId: 'c' })
    await expect(shop.Cron.orders.cleanop()).rejects.toThrow(/^Cron.orders.cleanop: .* such as "orders:cleanup"/)
    const { id } = await shop.Cron.orders.cleanup.run()
    expect(await rota.get(id)).toMatchObject({ task: 'orders:note', payload: { orderId: 'c' } })
  })
})

describe('Task', () => {
  test('asks which rota is meant where two are open', async () => {
    const one = openRota()
    openRota()
    await expect(shop.Task.orders.processOrder(1)).rejects.toThrow(
      /^Task: expected one open rota in this process, got 2; .*`const { Task } = rota.resources`$/,
    )
    const { Task: mine } = one.resources as unknown as Shop
    expect(await mine.orders.processOrder({ orderId: '1' })).toBe(undefined)
    expect((await one.list({ state: 'pending' })).jobs).toHaveLength(1)
  })

  test('uses the one that its code was run with, whatever is open', async () => {
    openRota()
    const calls: string[] = []
    const invoker = { enqueue: async () => calls.push('enqueued'), enqueueAll: vi.fn(), run: vi.fn() }
    await withInvoker(invoker as never, () => shop.Task.orders.processOrder(1))
    expect(calls).toEqual(['enqueued'])
  })

  test('does not know a rota that was closed', async () => {
    const closed = openRota()
    const open = openRota()
    await closed.close()
    await shop.Task.orders.processOrder({ orderId: '1' })
    expect((await open.list({ state: 'pending' })).jobs).toHaveLength(1)
  })
})

describe('a program without a rota', () => {
  test('is told what Task looks for when there is none of it', async () => {
    const nowhere = { env: {}, cwd: () => tmpdir() }
    await expect(findInvoker(nowhere)).rejects.toThrow(
      /^Task: expected an open rota in this process, ROTA_URL, or a rota.json .*, got none of them$/,
    )
  })

  test('is refused a store in memory, which would be another one', async () => {
    await expect(findInvoker({ env: { ROTA_URL: 'memory:' }, cwd: () => tmpdir() })).rejects.toThrow(
      /^Task: expected a store that another process can open in ROTA_URL, got "memory:"/,
    )
  })

  test('finds the nearest config, its store, and the names in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rota-nearest-'))
    const below = join(folder, 'web', 'src')
    mkdirSync(below, { recursive: true })
    const stacks = { orders: { tasks: { processOrder: './x.ts' }, queues: { slow: { concurrency: 1 } } } }
    writeFileSync(join(folder, 'rota.json'), JSON.stringify({ app: 'shop', stacks }))
    const invoker = await findInvoker({ env: {}, cwd: () => below })
    const found = makeResources(invoker) as unknown as Shop
    expect(await found.Task.orders.processOrder({ orderId: '1' })).toBe(undefined)
    await expect(found.Task.orders.procesOrder(1)).rejects.toThrow(/such as "orders:process-order"/)
    const rota = createRota({ url: `sqlite:${join(folder, '.rota', 'shop.db')}` })
    expect((await rota.list({ state: 'pending' })).jobs).toMatchObject([{ task: 'orders:process-order' }])
    await rota.close()
  })
  test('asks the store before the nearest config, as with ROTA_URL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rota-nearest-'))
    writeFileSync(join(folder, 'rota.json'), JSON.stringify({ app: 'shop', stacks: {} }))
    const url = `sqlite:${join(folder, '.rota', 'shop.db')}`
    const store = sqlite(join(folder, '.rota', 'shop.db'))
    await store.open()
    const targets = [{ task: 'orders:clean-up', queue: 'nightly' }]
    await putRoutes(store.control, 'shop', [{ kind: 'Task', record: 'orders:clean-up', targets }])
    await store.close()
    const found = makeResources(await findInvoker({ env: {}, cwd: () => folder })) as unknown as Shop
    await found.Task.orders.cleanUp(1)
    const rota = createRota({ url })
    rotas.push(rota)
    expect((await rota.list()).jobs).toMatchObject([{ task: 'orders:clean-up', queue: 'nightly' }])
  })
})
