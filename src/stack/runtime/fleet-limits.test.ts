import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { functionConfig } from '../../../test/stack/app-config.js'
import { StackRig } from '../../../test/stack/stack-rig.js'
import type { TaskEntry } from '../../client/resource-types.js'
import { fleetLimits } from './fleet-limits.js'
import type { Stacks } from './open-stacks.js'

let rig: StackRig
beforeEach(() => {
  rig = new StackRig()
})
afterEach(() => rig.close())

const limited = (reserved: number, more: object = {}) => ({
  file: 'one.mjs',
  consumer: functionConfig(`${rig.folder}/one.mjs`, { reserved }),
  ...more,
})

const told = (config: Parameters<typeof fleetLimits>[0]) => {
  const { queues, slots } = fleetLimits(config)
  return { queues: Object.fromEntries(queues), slots: Object.fromEntries(slots) }
}

describe('what a function reserves', () => {
  test('is the limit of a queue that is its alone', () => {
    const config = rig.config({
      orders: {
        tasks: { own: limited(2), named: limited(3, { queue: 'orders:slow' }), none: limited(0) },
        queues: { slow: { concurrency: 10 }, wide: {} },
      },
    })
    expect(told(config)).toEqual({
      queues: { 'orders:own': 2, 'orders:slow': 3, 'orders:wide': null },
      slots: { 'orders:own': { count: 2, queue: 'orders:own' }, 'orders:named': { count: 3, queue: 'orders:slow' } },
    })
  })

  test('counts runs, and not the messages of their lists', () => {
    const config = rig.config({ orders: { queues: { paid: { file: 'one.mjs', batchSize: 10 } } } })
    const [stack] = config.stacks
    const tasks = stack!.tasks.map((task) => ({ ...task, consumer: { ...task.consumer, reserved: 2 } }))
    expect(told({ stacks: [{ ...stack!, tasks }] })).toEqual({
      queues: { 'orders:paid': 20 },
      slots: { 'orders:queue:paid': { count: 2, queue: 'orders:paid' } },
    })
  })

  test('is shared by slots where its queue is used by others, or it has jobs in several', () => {
    const config = rig.config({
      orders: {
        tasks: { a: limited(2, { queue: 'orders:slow' }), b: { file: 'one.mjs', queue: 'orders:slow' }, c: limited(1) },
        queues: { slow: { concurrency: 10 }, paid: { consumer: 'orders:c' } },
      },
    })
    expect(told(config)).toEqual({
      queues: { 'orders:slow': 10, 'orders:paid': null },
      slots: { 'orders:a': { count: 2, queue: null }, 'orders:c': { count: 1, queue: null } },
    })
  })
})

const entry = (stacks: Stacks, key: string): TaskEntry =>
  (stacks.rota.resources.Task as unknown as { readonly orders: Readonly<Record<string, TaskEntry>> }).orders[key]!

test('no more runs of a function than it reserves are under way over two workers, and all of them come to their end', async () => {
  rig.write(
    'one.mjs',
    `export default async (wait, { job }) => {
       seen.push(1)
       await new Promise((resolve) => { globalThis.rotaTestHolds.push(() => { seen.push(-1); resolve() }) })
     }`,
  )
  rig.write('other.mjs', "export default () => void seen.push('other')")
  const holds: (() => void)[] = []
  Object.assign(globalThis, { rotaTestHolds: holds })
  const config = rig.config({
    orders: {
      tasks: { a: limited(2, { queue: 'orders:slow' }), b: { file: 'other.mjs', queue: 'orders:slow' } },
      queues: { slow: {} },
    },
  })
  const workers = [await rig.open(config), await rig.open(config)]
  const [first] = workers
  const jobs = await Promise.all(Array.from({ length: 7 }, () => entry(first!, 'a').enqueue(true)))
  await entry(first!, 'b').enqueue()
  for (const { rota } of workers) await rig.during(rota.start())
  const most: number[] = []
  for (let step = 0; step < 600 && rig.seen.filter((one) => one === -1).length < jobs.length; step++) {
    await rig.clock.advance(500)
    most.push(holds.length)
    if (step % 3 === 2) holds.splice(0).forEach((end) => end())
  }
  await rig.clock.advance(1_000)
  expect(Math.max(...most)).toBe(2)
  expect(rig.seen).toContain('other')
  const states = await Promise.all(jobs.map((job) => first!.rota.get(job)))
  expect(states.map((job) => [job?.state, job?.tries])).toEqual(jobs.map(() => ['completed', 0]))
  expect(await rig.backend.locks.list({ prefix: '~slot/' })).toEqual([])
  for (const { rota } of workers) await rig.during(rota.stop())
})

test('a run spends no try when the store does not answer while it asks for a slot', async () => {
  rig.write('one.mjs', 'export default () => void seen.push(1)')
  rig.write('other.mjs', 'export default () => undefined')
  const { locks } = rig.backend
  let failures = 2
  const acquire: typeof locks.acquire = async (params) => {
    if (failures-- > 0) throw new Error('no connection')
    return locks.acquire(params)
  }
  const shared = { queue: 'orders:slow', maxTries: 1 }
  const config = rig.config({
    orders: { tasks: { a: limited(2, shared), b: { file: 'other.mjs', ...shared } }, queues: { slow: {} } },
  })
  const flaky = {
    acquire,
    renew: locks.renew.bind(locks),
    release: locks.release.bind(locks),
    list: locks.list.bind(locks),
  }
  const stacks = await rig.open(config, { backend: { ...rig.backend, locks: flaky } })
  const job = await entry(stacks, 'a').enqueue(true)
  await rig.run(stacks, 20_000)
  expect(rig.seen).toEqual([1])
  expect(failures).toBeLessThan(0)
  expect(await job.get()).toMatchObject({ state: 'completed', tries: 0 })
})
