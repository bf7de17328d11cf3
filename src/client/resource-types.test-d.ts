import { describe, expectTypeOf, test } from 'vitest'
import type { HandlerContext } from '../model/handler-context.js'
import type { AgainOutcome } from '../model/outcome.js'
import type { JobHandle } from './job-handle.js'
import type { BatchQueueOf, BatchTaskOf, EachOf, QueueOf, TaskOf, TopicOf } from './resource-types.js'

interface Order {
  readonly orderId: string
  readonly items: readonly { readonly quantity: number }[]
}

declare const processOrder: TaskOf<(order: Order) => Promise<{ total: number }>>

describe('D-30: a task is called with what its handler takes', () => {
  test('the payload itself compiles, with and without options', () => {
    expectTypeOf(processOrder({ orderId: '1', items: [{ quantity: 2 }] })).toEqualTypeOf<Promise<undefined>>()
    processOrder({ orderId: '1', items: [] }, { schedule: '5 minutes' })
    processOrder({ orderId: '1', items: [] }, { schedule: new Date(0), priority: 1 })
  })

  test('a missing field, one too many, a wrong type and no payload do not', () => {
    // @ts-expect-error -- items is missing
    processOrder({ orderId: '1' })
    // @ts-expect-error -- no field is called customer
    processOrder({ orderId: '1', items: [], customer: 'c' })
    // @ts-expect-error -- orderId is text
    processOrder({ orderId: 1, items: [] })
    // @ts-expect-error -- there is a payload
    processOrder()
    // @ts-expect-error -- no option is called delay: it is schedule
    processOrder({ orderId: '1', items: [] }, { delay: 5 })
  })

  test('its job has the result of the handler', () => {
    expectTypeOf(processOrder.enqueue({ orderId: '1', items: [] })).toEqualTypeOf<
      Promise<JobHandle<{ total: number }>>
    >()
    // @ts-expect-error -- orderId is text
    processOrder.enqueue({ orderId: 1, items: [] })
  })

  test('its name is text', () => {
    expectTypeOf(processOrder.name).toEqualTypeOf<string>()
  })
})

describe('a payload may be left out', () => {
  test('where the handler does not say what it takes', () => {
    const call = {} as TaskOf<(payload: unknown, context: HandlerContext) => void>
    call()
    call({ anything: true })
    const loose = {} as TaskOf<() => void>
    loose()
    loose(undefined, { schedule: '1 hour' })
    // @ts-expect-error -- it takes nothing
    loose({ anything: true })
  })

  test('where the handler takes it as optional', () => {
    const call = {} as TaskOf<(payload?: { readonly deep: boolean }) => void>
    call()
    call({ deep: true })
    // @ts-expect-error -- deep is a boolean
    call({ deep: 'yes' })
  })
})

test('what a handler answers to be run again is no result', () => {
  const call = {} as TaskOf<(payload: number) => Promise<AgainOutcome | 'done'>>
  expectTypeOf(call.enqueue(1)).toEqualTypeOf<Promise<JobHandle<'done'>>>()
})

describe('a queue', () => {
  test('takes messages of its consumer, one or many', () => {
    const paid = {} as QueueOf<(order: Order) => void>
    paid({ orderId: '1', items: [] })
    paid.batch([{ orderId: '1', items: [] }])
    // @ts-expect-error -- items is missing
    paid.batch([{ orderId: '1' }])
  })

  test('takes the items of a consumer that gets lists', () => {
    const paid = {} as BatchQueueOf<(orders: readonly Order[]) => void>
    paid({ orderId: '1', items: [] })
    // @ts-expect-error -- a list is no message
    paid([{ orderId: '1', items: [] }])
  })
})

describe('a topic', () => {
  test('takes what fits all of its subscribers', () => {
    const orderPaid = {} as TopicOf<
      ((payload: { readonly id: string }) => void) | ((payload: { readonly total: number }) => void) | (() => void)
    >
    orderPaid({ id: '1', total: 2 })
    // @ts-expect-error -- the second subscriber needs a total
    orderPaid({ id: '1' })
  })
})

describe('a task whose function gets lists', () => {
  const settle = {} as BatchTaskOf<(orders: readonly Order[]) => Promise<{ readonly batchItemFailures: [] }>>

  test('is called with one member of them, and its jobs have no result', () => {
    settle({ orderId: '1', items: [] })
    expectTypeOf(settle.enqueue({ orderId: '1', items: [] })).toEqualTypeOf<Promise<JobHandle<undefined>>>()
    // @ts-expect-error -- a list is more than one message
    settle([{ orderId: '1', items: [] }])
  })

  test('may take whatever comes', () => {
    const call = {} as BatchTaskOf<(messages: unknown) => void>
    call({ anything: true })
  })

  test('is not one that takes a single message', () => {
    const call = {} as BatchTaskOf<(order: Order) => void>
    // @ts-expect-error -- its function would get a list
    call({ orderId: '1', items: [] })
    const queue = {} as BatchQueueOf<(order: Order) => void>
    // @ts-expect-error -- see above
    queue({ orderId: '1', items: [] })
  })

  test('shares the payload of a topic with those that get single messages', () => {
    const publish = {} as TopicOf<
      EachOf<(orders: readonly Order[]) => void> | ((order: { readonly orderId: string }) => void)
    >
    publish({ orderId: '1', items: [] })
    // @ts-expect-error -- items is missing
    publish({ orderId: '1' })
  })
})
