import assert from 'node:assert/strict'
import type { QueueRecord } from '../../port/control-store.js'
import { complete } from '../../model/lease.js'
import { newJob } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { newNode } from './new-node.js'

const DEFAULTS = { paused: false, concurrency: null, completedForMs: null, completedMax: null, failedForMs: null }

export const control = chapter('Control: queues, topics and the registry of nodes', {
  'a patch of a queue changes what it names and nothing else': async ({ backend: { control } }) => {
    const first = await control.putQueues({ queues: [{ name: 'mail', concurrency: 4, completedMax: 10 }] })
    assert.deepEqual(first, [{ name: 'mail', ...DEFAULTS, concurrency: 4, completedMax: 10 }])
    const second = await control.putQueues({
      queues: [{ name: 'mail', paused: true, concurrency: null }, { name: 'b' }],
    })
    const mail: QueueRecord = { name: 'mail', ...DEFAULTS, paused: true, completedMax: 10 }
    assert.deepEqual(second, [mail, { name: 'b', ...DEFAULTS }])
    assert.deepEqual(await control.listQueues({}), [{ name: 'b', ...DEFAULTS }, mail])
  },

  'every change of a queue grows the settings revision': async ({ backend: { control } }) => {
    const revision = async (): Promise<number> => (await control.beat({ node: newNode(), locks: [] })).settingsRevision
    const seen = [await revision()]
    for (const paused of [true, false]) {
      await control.putQueues({ queues: [{ name: 'mail', paused }] })
      seen.push(await revision())
    }
    assert.ok(seen[0]! < seen[1]! && seen[1]! < seen[2]!)
    assert.equal(await revision(), seen[2])
  },

  'a queue that ever had a job is listed, also when nobody has set it': async (t) => {
    const [id] = await t.enqueue(newJob({ queue: 'mail' }))
    assert.deepEqual(await t.backend.control.listQueues({}), [{ name: 'mail', ...DEFAULTS }])
    await t.backend.jobs.delete({ ids: [id!] })
    assert.deepEqual(await t.backend.control.listQueues({}), [{ name: 'mail', ...DEFAULTS }])
  },

  'a queue can be removed when it has no jobs on record': async (t) => {
    const { control, jobs } = t.backend
    const [id] = await t.enqueue(newJob())
    await control.putQueues({ queues: [{ name: 'empty', paused: true }] })
    assert.deepEqual(await control.removeQueues({ names: ['queue', 'nobody', 'empty'] }), [
      'not-empty',
      'unknown',
      'removed',
    ])
    await t.settled(complete((await t.claimOne()).receipt, null))
    assert.deepEqual(await control.removeQueues({ names: ['queue'] }), ['not-empty'])
    await jobs.delete({ ids: [id!] })
    assert.deepEqual(await control.removeQueues({ names: ['queue'] }), ['removed'])
    await t.enqueue(newJob({ queue: 'empty' }))
    assert.deepEqual(await t.claimIds({ queues: [{ queue: 'empty', limit: 1 }] }).then(({ length }) => length), 1)
  },

  'a topic has exactly the subscribers that it was last given': async ({ backend: { control } }) => {
    const subscribers = (...tasks: readonly string[]): { task: string; queue: string }[] =>
      tasks.map((task) => ({ task, queue: 'queue' }))
    await control.putTopics({
      topics: [
        { name: 'paid', subscriptions: subscribers('a', 'b') },
        { name: 'other', subscriptions: subscribers('c') },
      ],
    })
    await control.putTopics({ topics: [{ name: 'paid', subscriptions: subscribers('b') }] })
    assert.deepEqual(await control.listTopics({ names: ['paid', 'nobody'] }), [
      { name: 'paid', subscriptions: subscribers('b') },
    ])
    assert.deepEqual((await control.listTopics({})).map(({ name }) => name).toSorted(), ['other', 'paid'])
    await control.putTopics({ topics: [{ name: 'paid', subscriptions: [] }] })
    assert.deepEqual(
      (await control.listTopics({})).map(({ name }) => name),
      ['other'],
    )
  },

  'a node is in the registry while it beats, and until it leaves': needs('clock', async (t) => {
    const { control } = t.backend
    const now = await t.now()
    const [a, b] = [newNode({ id: 'a', running: 3 }), newNode({ id: 'b', beatMs: 30_000 })]
    assert.equal((await control.beat({ node: b, locks: [] })).now, now)
    await control.beat({ node: a, locks: [] })
    assert.deepEqual(await control.listNodes({}), [
      { ...a, seenAt: now },
      { ...b, seenAt: now },
    ])
    await t.advance(29_000)
    await control.beat({ node: { ...a, running: 1 }, locks: [] })
    assert.deepEqual(
      (await control.listNodes({})).map(({ running, seenAt }) => [running, seenAt]),
      [
        [1, now + 29_000],
        [0, now],
      ],
    )
    await t.advance(30_001)
    await t.tickAll()
    assert.deepEqual(
      (await control.listNodes({})).map(({ id }) => id),
      ['b'],
    )
    await control.leave({ nodeId: 'b' })
    await control.leave({ nodeId: 'b' })
    assert.deepEqual(await control.listNodes({}), [])
  }),
})
