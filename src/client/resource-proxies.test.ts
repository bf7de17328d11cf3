import { beforeEach, describe, expect, test } from 'vitest'
import { makeResources, type Invoker } from './resource-proxies.js'
import { JobHandle, type JobKeeper } from './job-handle.js'

const keeper = {} as JobKeeper
const handle = new JobHandle('1', 'any', 'inserted', keeper)

/** What JavaScript sees of a proxy: any name leads somewhere. */
type Loose = Record<string, Record<string, LooseEntry>>
interface LooseEntry {
  (...args: unknown[]): Promise<unknown>
  name: string
  enqueue(...args: unknown[]): Promise<JobHandle>
  batch(...args: unknown[]): Promise<readonly JobHandle[]>
  run(): Promise<unknown>
}

let calls: unknown[][]
let proxies: { readonly Task: Loose; readonly Queue: Loose; readonly Topic: Loose; readonly Cron: Loose }

beforeEach(() => {
  calls = []
  const invoker: Invoker = {
    async enqueue({ record }, payload, options) {
      calls.push(['enqueue', record, payload, options])
      return handle
    },
    async enqueueAll({ record }, payloads, options) {
      calls.push(['enqueueAll', record, payloads, options])
      return payloads.map(() => handle)
    },
    async run({ record }) {
      calls.push(['run', record])
      return { id: '1', task: 'any' }
    },
  }
  proxies = makeResources(invoker) as unknown as typeof proxies
})

describe('an entry', () => {
  test('D-23: stands for its name on record, kebab-cased', async () => {
    expect(proxies.Task['MyStack']!['HelloWorld']!.name).toBe('my-stack:hello-world')
    await proxies.Task['myStack']!['helloWorld']!({ a: 1 })
    expect(calls).toEqual([['enqueue', 'my-stack:hello-world', { a: 1 }, undefined]])
  })

  test('of a task resolves to undefined, and to the job when asked to enqueue', async () => {
    const { processOrder } = proxies.Task['orders']!
    expect(await processOrder!(1, { schedule: '5 minutes' })).toBe(undefined)
    expect(await processOrder!.enqueue(2)).toBe(handle)
    expect(calls).toEqual([
      ['enqueue', 'orders:process-order', 1, { schedule: '5 minutes' }],
      ['enqueue', 'orders:process-order', 2, undefined],
    ])
  })

  test('of a queue takes one message or a list of them, and refuses what is no list', async () => {
    const { paid } = proxies.Queue['orders']!
    expect(await paid!('one')).toBe(undefined)
    expect(await paid!.batch(['one', 'two'])).toEqual([handle, handle])
    await expect(paid!.batch('one')).rejects.toThrow(
      new TypeError('Queue.orders.paid.batch: expected a list of messages, got string'),
    )
    expect(calls).toEqual([
      ['enqueue', 'orders:paid', 'one', undefined],
      ['enqueueAll', 'orders:paid', ['one', 'two'], undefined],
    ])
  })

  test('of a topic publishes, of a cron runs', async () => {
    expect(await proxies.Topic['orders']!['orderPaid']!({ id: 1 })).toBe(undefined)
    expect(await proxies.Cron['orders']!['cleanup']!()).toBe(undefined)
    expect(await proxies.Cron['orders']!['cleanup']!.run()).toEqual({ id: '1', task: 'any' })
    expect(calls).toEqual([
      ['enqueueAll', 'orders:order-paid', [{ id: 1 }], undefined],
      ['run', 'orders:cleanup'],
      ['run', 'orders:cleanup'],
    ])
  })
})

describe('a proxy', () => {
  test('is no promise, at any depth', async () => {
    expect(proxies.Task['then']).toBe(undefined)
    expect(proxies.Task['orders']!['then']).toBe(undefined)
    expect(await Promise.resolve(proxies.Task)).toBe(proxies.Task)
    expect(calls).toEqual([])
  })

  test('starts nothing when it is serialised, printed, compared or asked what it is', () => {
    const { Task } = proxies
    expect(JSON.stringify({ Task, stack: Task['orders'] })).toBe('{"Task":{},"stack":{}}')
    const printed = [Task, Task['orders'], [Task['orders']]].map((one: unknown) => String(one))
    expect(printed).toEqual(['Task', 'Task.orders', 'Task.orders'])
    expect(Number(Task['orders'])).toBeNaN()
    const asked = ['toJSON', 'valueOf', 'constructor', 'hasOwnProperty', 'asymmetricMatch', '$$typeof', '__proto__']
    for (const name of asked) expect([name, Task[name], Task['orders']![name]]).toEqual([name, undefined, undefined])
    expect(Reflect.get(Task, Symbol.toPrimitive)).toBe(undefined)
    expect(calls).toEqual([])
  })

  test('can be shown and takes no properties', () => {
    expect(String(Object.keys(proxies.Task))).toBe('')
    expect(() => {
      proxies.Task['orders'] = {}
    }).toThrow(TypeError)
  })
})
