import { tmpdir } from 'node:os'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { Cron, Queue, Task, Topic } from '../../app/ambient-resources.js'
import { handler } from '../../app/handler.js'
import type { CronEntry, QueueEntry, TaskEntry, TopicEntry } from '../../client/resource-types.js'
import { task } from '../../model/task-definition.js'
import { testRota } from '../system/test-rota.js'
import '../vitest/set-up.js'
import { type Mockable, mockCron, mockQueue, mockTask, mockTopic } from './mock-resources.js'

interface Order {
  readonly orderId: string
}

/** What the declaration of a project would add. */
interface Shop {
  readonly Task: { readonly orders: { readonly processOrder: TaskEntry<Order, string>; readonly note: TaskEntry } }
  readonly Queue: { readonly orders: { readonly paid: QueueEntry<Order> } }
  readonly Topic: { readonly orders: { readonly orderPaid: TopicEntry<Order> } }
  readonly Cron: { readonly orders: { readonly cleanUp: CronEntry } }
}

const shop = { Task, Queue, Topic, Cron } as unknown as Shop
const mockShopTask = mockTask as unknown as <Mocked>(choose: (m: Mockable<Shop['Task']>) => Mocked) => Mocked
const { processOrder } = shop.Task.orders
const order = { orderId: '1' }

// A test that goes on to the store of the nearest config would write into that of the house.
const cwd = vi.spyOn(process, 'cwd').mockReturnValue(tmpdir())
afterAll(() => cwd.mockRestore())

describe('D-26: what is mocked', () => {
  const baseline = mockShopTask((m) => m.orders.processOrder(() => 'baseline'))
  const run = async (): Promise<string> => (await processOrder.enqueue(order)).result()

  test('outside of a test holds in every test', async () => {
    expect(await run()).toBe('baseline')
    expect(baseline.calls).toEqual([order])
  })

  test('inside of a test holds in it alone', async () => {
    const mock = mockShopTask((m) => m.orders.processOrder(async () => 'this test'))
    expect(await run()).toBe('this test')
    expect([mock.calls, baseline.calls]).toEqual([[order], []])
  })

  test('holds again in the test after that, and knows no call of another test', async () => {
    expect(baseline.calls).toEqual([])
    expect(await run()).toBe('baseline')
  })

  test('is over with its test: before it, nothing else was mocked', async () => {
    mockShopTask((m) => m.orders.note())
    await expect(shop.Task.orders.note('x')).resolves.toBe(undefined)
  })

  test('is refused afterwards as whatever is not mocked', async () => {
    await expect(shop.Task.orders.note('x')).rejects.toThrow(
      new TypeError(
        'Task.orders.note: expected a mock or an open rota in this test, got neither: mockTask((m) => m.orders.note()), or open a system with testStacks()',
      ),
    )
  })
})

describe('a call of a mocked task without a store', () => {
  test('D-09: hands on exactly what was passed', async () => {
    const mock = mockShopTask((m) => m.orders.note())
    await shop.Task.orders.note({ foo: undefined, bar: [undefined] })
    expect(mock.calls).toStrictEqual([{ foo: undefined, bar: [undefined] }])
  })

  test('refuses what no store could keep', async () => {
    const mock = mockShopTask((m) => m.orders.note())
    await expect(shop.Task.orders.note({ run: () => 1 })).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' })
    expect(mock.calls).toEqual([])
  })

  test('runs the mock at once, whatever it is scheduled for, and is told what that throws', async () => {
    const mock = mockShopTask((m) => m.orders.processOrder())
    await expect(processOrder(order, { schedule: '5 minutes' })).resolves.toBe(undefined)
    expect(mock).toHaveBeenCalledWith(order)
    mockShopTask((m) =>
      m.orders.processOrder(() => {
        throw new Error('the store is down')
      }),
    )
    await expect(processOrder(order)).rejects.toThrow('the store is down')
  })

  test('comes from a function under test', async () => {
    const receive = handler({ handle: async (got: Order) => shop.Task.orders.processOrder(got) })
    const mock = mockShopTask((m) => m.orders.processOrder())
    await receive(order)
    expect(mock.calls).toEqual([order])
  })

  test('may be heard by a function of the test runner', async () => {
    const spy = vi.fn(() => 'spied')
    mockShopTask((m) => m.orders.processOrder(spy))
    await processOrder(order)
    expect(spy).toHaveBeenCalledExactlyOnceWith(order)
  })
})

describe('queues, topics and crons', () => {
  const mockShop = { mockQueue, mockTopic, mockCron } as unknown as {
    mockQueue<Mocked>(choose: (m: Mockable<Shop['Queue']>) => Mocked): Mocked
    mockTopic<Mocked>(choose: (m: Mockable<Shop['Topic']>) => Mocked): Mocked
    mockCron<Mocked>(choose: (m: Mockable<Shop['Cron']>) => Mocked): Mocked
  }

  test('are mocked alike', async () => {
    const paid = mockShop.mockQueue((m) => m.orders.paid())
    const orderPaid = mockShop.mockTopic((m) => m.orders.orderPaid())
    const cleanUp = mockShop.mockCron((m) => m.orders.cleanUp())
    await shop.Queue.orders.paid(order)
    await shop.Queue.orders.paid.batch([order, order])
    await shop.Topic.orders.orderPaid(order)
    await shop.Cron.orders.cleanUp()
    expect([paid, orderPaid, cleanUp].map(({ calls }) => calls.length)).toEqual([3, 1, 1])
  })

  test('and none of them is called through when it is not', async () => {
    mockShopTask((m) => m.orders.note())
    await expect(shop.Cron.orders.cleanUp()).rejects.toThrow(
      /^Cron.orders.cleanUp: .*mockCron\(\(m\) => m.orders.cleanUp/,
    )
  })
})

describe('beside a system of a test', () => {
  test('a task is stored and runs its mock when its jobs run, and others run as ever', async () => {
    const seen: unknown[] = []
    const note = task('orders:note', (text: string) => void seen.push(text))
    const process = task('orders:process-order', (_: Order) => 'not mocked')
    await using t = testRota({ tasks: [note, process] })
    const mock = mockShopTask((m) => m.orders.processOrder(() => 'mocked'))
    const job = await processOrder.enqueue(order)
    await shop.Task.orders.note('as ever')
    expect([mock.calls, seen]).toEqual([[], []])
    expect(t).toHaveEnqueued(processOrder, order)
    await t.drain()
    expect([await job.result(), mock.calls, seen]).toEqual(['mocked', [order], ['as ever']])
  })
})

test('a mock is a function, and what is no task is none', () => {
  expect(() => mockTask({} as never)).toThrow(/^mockTask: expected a task or \(m\) => m.stack.task\(fn\), got object$/)
  expect(() => mockShopTask((m) => m.orders.note(5 as never))).toThrow(
    new TypeError('mock of "orders:note": expected a function, got number'),
  )
})
