import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppFolder } from '../stack/app-folder.js'
import { Cron, Queue, Task, Topic } from '../../src/app/ambient-resources.js'
import type { CronEntry, QueueEntry, TaskEntry, TopicEntry } from '../../src/client/resource-types.js'
import { type Mockable, mockTask } from '../../src/testing/mocks/mock-resources.js'
import '../../src/testing/vitest/set-up.js'
import { testStacks } from '../../src/testing/system/test-stacks.js'

interface Tasks {
  readonly orders: Record<'place' | 'pack' | 'receipt' | 'sweep', TaskEntry<{ readonly id: string }>>
}
const tasks = (Task as unknown as Tasks).orders
const { paid } = (Queue as unknown as { orders: { paid: QueueEntry } }).orders
const { placed } = (Topic as unknown as { orders: { placed: TopicEntry } }).orders
const { nightly } = (Cron as unknown as { orders: { nightly: CronEntry } }).orders
const mockShop = mockTask as unknown as <Mocked>(choose: (m: Mockable<Tasks>) => Mocked) => Mocked

const CONFIG = {
  app: 'shop',
  onFailure: './alert.mjs',
  stacks: {
    orders: {
      tasks: { place: './place.mjs', pack: './pack.mjs', receipt: './receipt.mjs', sweep: './sweep.mjs' },
      topics: { placed: ['pack', 'receipt'] },
      queues: { paid: { consumer: 'pack' } },
      crons: { nightly: { schedule: 'rate(1 day)', task: 'sweep', payload: { id: 'all' } } },
    },
  },
}

let app: AppFolder
beforeAll(async () => {
  app = await AppFolder.make()
  // As functions of users find it: the package as it was built.
  await app.write({
    'rota.json': JSON.stringify(CONFIG),
    'place.mjs': `import { Topic } from 'rota'\nexport default async (order) => Topic.orders.placed(order)`,
    'pack.mjs': `export default async ({ id }) => 'packed ' + id`,
    'receipt.mjs': `export default async ({ id }) => { if (id === 'bad') throw new Error('no receipt'); return 'receipt ' + id }`,
    'sweep.mjs': `export default async ({ id }) => 'swept ' + id`,
    'alert.mjs': `export default async (failure) => failure.source.resource`,
    'node_modules/.keep': '',
  })
  await symlink(join(import.meta.dirname, '..', '..'), app.file('node_modules/rota'), 'dir')
})
afterAll(() => app.remove())

test('the stacks of an app run in memory, with their topics, queues, crons and failure path', async () => {
  await using t = await testStacks({ path: app.path })
  await expect(tasks.place({ id: 'o1' })).resolves.toBe(undefined)
  expect(t).toHaveEnqueued(tasks.place, { id: 'o1' })
  expect(await t.drain()).toMatchObject({ completed: 3 })
  expect(t).toHaveEnqueued(tasks.pack, { id: 'o1' }, { times: 1 })
  expect(t).toHaveEnqueued(tasks.receipt, { id: 'o1' }, { times: 1 })

  await paid({ id: 'o2' })
  expect(t).toHaveEnqueued(tasks.pack, { id: 'o2' }, { queue: 'orders:paid' })
  await placed({ id: 'bad' })
  expect(await t.drain({ scheduled: true })).toMatchObject({ completed: 3, retried: 2, failed: 1 })
  expect(t).toHaveEnqueued('shop:app:on-failure', expect.objectContaining({ task: 'orders:receipt' }))

  expect(await t.advance('2 days')).toMatchObject({ completed: 2 })
  expect(t).toHaveEnqueued(tasks.sweep, { id: 'all' }, { times: 2 })
  await nightly()
  expect(await t.drain()).toMatchObject({ completed: 1 })
})

test('a mock runs in place of a function, however its job came', async () => {
  await using t = await testStacks({ path: app.path })
  const pack = mockShop((m) => m.orders.pack(async ({ id }) => `mocked ${id}`))
  await tasks.place({ id: 'o1' })
  await paid({ id: 'o2' })
  expect(await t.drain()).toMatchObject({ completed: 4 })
  expect([...pack.calls].sort((one, other) => one.id.localeCompare(other.id))).toEqual([{ id: 'o1' }, { id: 'o2' }])
})

test('inline mode runs a whole chain before a call returns', async () => {
  await using t = await testStacks({ path: app.path, inline: true })
  await tasks.place({ id: 'o1' })
  expect((await t.rota.list({ state: 'completed' })).jobs).toHaveLength(3)
  await expect(placed({ id: 'bad' })).rejects.toThrow('no receipt')
})

test('mistakes of the config are told as everywhere', async () => {
  await expect(testStacks({ path: join(app.path, 'nowhere') })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
