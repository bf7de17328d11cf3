import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { functionConfig } from '../../../test/stack/app-config.js'
import { StackRig } from '../../../test/stack/stack-rig.js'
import type { TaskEntry } from '../../client/resource-types.js'
import type { AppConfig } from '../../config/app-config.js'
import type { Stacks } from './open-stacks.js'
import { servedQueues } from './served-queues.js'

let rig: StackRig
beforeEach(() => {
  rig = new StackRig()
  rig.write('one.mjs', 'export default (n) => void seen.push(n)')
})
afterEach(() => rig.close())

const withReserved = (reserved: number | null): AppConfig =>
  rig.config({
    orders: {
      tasks: { one: { file: 'one.mjs', consumer: functionConfig(`${rig.folder}/one.mjs`, { reserved }) } },
    },
  })

const one = (stacks: Stacks): TaskEntry =>
  (stacks.rota.resources.Task as unknown as { readonly orders: Readonly<Record<string, TaskEntry>> }).orders['one']!

describe('a job that was enqueued before the config changed', () => {
  test.each([
    ['is given a limit', null, 2],
    ['loses its limit', 2, null],
  ])('runs when its function %s meanwhile', async (_what, before, after) => {
    const first = await rig.open(withReserved(before))
    await one(first)(1)
    await one(first)(2, { schedule: '10 seconds' })
    const second = await rig.open(withReserved(after))
    await one(second)(3)
    await rig.run(second, 20_000)
    expect(rig.seen.toSorted()).toEqual([1, 2, 3])
  })

  test('counts against a limit that its function has now', async () => {
    rig.write('one.mjs', `export default () => new Promise((resolve) => { globalThis.rotaTestEnds.push(resolve) })`)
    const ends: (() => void)[] = []
    Object.assign(globalThis, { rotaTestEnds: ends })
    const first = await rig.open(withReserved(null))
    await Promise.all([1, 2, 3].map((n) => one(first)(n)))
    const second = await rig.open(withReserved(1))
    await rig.during(second.rota.start())
    let count = 0
    for (let step = 0; step < 60 && count < 3; step++) {
      await rig.clock.advance(500)
      expect(ends.length).toBeLessThanOrEqual(1)
      count += ends.length
      for (const end of ends.splice(0)) end()
    }
    expect(count).toBe(3)
    await rig.clock.advance(1_000)
    await rig.during(second.rota.stop())
  })
})

test('the queues of other apps in the same store are left to them', () => {
  const config = rig.config({ orders: { tasks: { one: 'one.mjs' }, queues: { paid: { file: 'one.mjs' } } } })
  const known = ['orders', 'orders:old', 'orders-2:paid', 'mail', 'shop:paid']
  expect(servedQueues(config, known, 7)).toEqual({ default: 7, 'orders:paid': 7, 'orders:old': 7 })
})
