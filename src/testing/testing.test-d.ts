/* eslint-disable @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument -- what does not compile has no type */
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import type { TaskEntry, TaskOf, TopicOf } from '../client/resource-types.js'
import { task } from '../model/task-definition.js'
import type { EnqueuedJob } from './system/enqueued-job.js'
import type { TestSystem } from './system/test-system.js'
import { assertEnqueued } from './assertions/assert-enqueued.js'
import { type Mockable, mockTask } from './mocks/mock-resources.js'
import type { MockFunction } from './mocks/mock-function.js'
import './vitest/set-up.js'

interface Order {
  readonly orderId: string
}

/** As `rota types` declares it. */
interface Tasks {
  readonly orders: {
    readonly processOrder: TaskOf<(order: Order) => Promise<{ total: number }>>
    readonly anything: TaskEntry
  }
}

declare const t: TestSystem
declare const tasks: Tasks
declare const m: Mockable<Tasks>
declare const topics: Mockable<{ readonly orders: { readonly orderPaid: TopicOf<(order: Order) => void> } }>

const send = task('invoice:send', async (invoice: { invoiceId: string }) => invoice.invoiceId.length)
const tick = task('tick', () => 'tock' as const)

describe('toHaveEnqueued', () => {
  test('takes the payload of the task', () => {
    expect(t).toHaveEnqueued(send)
    expect(t).toHaveEnqueued(send, { invoiceId: 'in_1' }, { delay: '1 day', times: 2 })
    expect(t).not.toHaveEnqueued(tasks.orders.processOrder, { orderId: '1' })
    expect(t).toHaveEnqueued(send, expect.objectContaining({ invoiceId: 'in_1' }))
    expect(t).toHaveEnqueued('invoice:send', { anything: true })
    expect(t).toHaveEnqueued(tick, undefined, { times: 2 })
    assertEnqueued(t, send, { invoiceId: 'in_1' })
  })

  test('and no other', () => {
    // @ts-expect-error -- invoiceId is text
    expect(t).toHaveEnqueued(send, { invoiceId: 1 })
    // @ts-expect-error -- orderId is missing
    expect(t).toHaveEnqueued(tasks.orders.processOrder, {})
    // @ts-expect-error -- it takes nothing
    expect(t).toHaveEnqueued(tick, { a: 1 })
    // @ts-expect-error -- there is no such option
    expect(t).toHaveEnqueued(send, { invoiceId: 'in_1' }, { tims: 2 })
    // @ts-expect-error -- invoiceId is text
    assertEnqueued(t, send, { invoiceId: 1 })
  })

  test('and so do the jobs that it looks at', () => {
    expectTypeOf(t.enqueued(send)).toEqualTypeOf<readonly EnqueuedJob<{ invoiceId: string }>[]>()
    expectTypeOf(t.enqueued(tasks.orders.processOrder)).toEqualTypeOf<readonly EnqueuedJob<Order>[]>()
    expectTypeOf(t.enqueued()).toEqualTypeOf<readonly EnqueuedJob[]>()
  })
})

describe('a mock', () => {
  test('has the types of its task', () => {
    const mock = m.orders.processOrder((order) => {
      expectTypeOf(order).toEqualTypeOf<Order>()
      return { total: 1 }
    })
    expectTypeOf(mock).toEqualTypeOf<MockFunction<Order, { total: number }>>()
    expectTypeOf(mock.calls).toEqualTypeOf<readonly Order[]>()
    m.orders.processOrder()
    m.orders.processOrder(async () => undefined)
    m.orders.processOrder(vi.fn())
    m.orders.anything(() => 'whatever')
    topics.orders.orderPaid((order) => order.orderId)
    expectTypeOf(mockTask(send, async ({ invoiceId }) => invoiceId.length).calls).toEqualTypeOf<
      readonly { invoiceId: string }[]
    >()
    expectTypeOf(mockTask(send)).toEqualTypeOf<MockFunction<{ invoiceId: string }, number>>()
  })

  test('and no others', () => {
    // @ts-expect-error -- the total is a number
    m.orders.processOrder(() => ({ total: 'much' }))
    // @ts-expect-error -- an order has no customer
    m.orders.processOrder(({ customer }) => customer)
    // @ts-expect-error -- there is no such task
    m.orders.procesOrder()
    // @ts-expect-error -- there is no such stack
    m.order.processOrder()
    // @ts-expect-error -- a payload has no total
    topics.orders.orderPaid((order: { total: number }) => order.total)
    // @ts-expect-error -- it gives a number
    mockTask(send, async () => 'text')
    // @ts-expect-error -- a project without a declaration has no tasks
    mockTask((none) => none.orders.processOrder())
  })
})
