import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { functionConfig } from '../../../test/stack/app-config.js'
import { StackRig } from '../../../test/stack/stack-rig.js'
import type { JobHandle } from '../../client/job-handle.js'
import type { TaskEntry } from '../../client/resource-types.js'
import type { Stacks } from './open-stacks.js'

let rig: StackRig
beforeEach(() => {
  rig = new StackRig()
})
afterEach(() => rig.close())

const rota = new URL('../../app/ambient-resources.ts', import.meta.url).pathname

/** A task that does what `body` says, and may call `calls`, beside two others and a topic. */
async function open(body: string, calls: readonly string[]): Promise<Stacks> {
  rig.write('one.mjs', `import { Queue, Task, Topic } from '${rota}'\nexport default async () => ${body}`)
  rig.write('add.mjs', 'export default (n) => { seen.push(n); return n + 1 }')
  const one = { file: 'one.mjs', consumer: functionConfig(`${rig.folder}/one.mjs`, { calls }), maxTries: 1 }
  const stack = { tasks: { one, add: 'add.mjs', other: 'add.mjs' }, topics: { added: ['orders:add'] } }
  return rig.open(rig.config({ orders: stack }))
}

async function run(stacks: Stacks): Promise<JobHandle> {
  const { one } = (stacks.rota.resources.Task as unknown as Record<'orders', Record<'one', TaskEntry>>).orders
  const job = await one.enqueue()
  await rig.run(stacks)
  return job
}

describe('D-22: a function with a list of what it may call', () => {
  test('calls a task of the list, and goes on at once', async () => {
    const job = await run(await open('Task.orders.add(1)', ['orders:add']))
    expect([await rig.during(job.result()), rig.seen]).toEqual([undefined, [1]])
  })

  test('calls one and waits for what it returns', async () => {
    const job = await run(await open('(await Task.orders.add.enqueue(1)).result()', ['orders:add']))
    expect(await rig.during(job.result())).toBe(2)
  })

  test('publishes to a topic of the list, whoever subscribes', async () => {
    await run(await open('Topic.orders.added(1)', ['orders:added']))
    expect(rig.seen).toEqual([1])
  })

  test.each([
    ['a task', 'Task.orders.other(1)', 'Task.orders.other', '"orders:other"'],
    ['a queue', 'Queue.orders.paid.batch([1])', 'Queue.orders.paid', '"orders:paid"'],
    ['a topic', 'Topic.orders.added(1)', 'Topic.orders.added', '"orders:added"'],
  ])('is refused %s that is not on it, by name', async (_, body, written, record) => {
    const job = await run(await open(body, ['orders:add']))
    const message = `${written}: expected an entry that this function may call, which is "orders:add", got ${record}`
    expect(await job.get()).toMatchObject({ state: 'failed', error: { name: 'TypeError', message } })
    expect(rig.seen).toEqual([])
  })

  test('may call nothing where the list is empty', async () => {
    const job = await run(await open('Task.orders.add(1)', []))
    expect((await job.get())?.error?.message).toMatch(/may call, which is nothing, got "orders:add"$/)
  })
})
