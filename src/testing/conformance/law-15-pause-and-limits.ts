import assert from 'node:assert/strict'
import { complete, release, retry } from '../../model/lease.js'
import type { QueueSettings } from '../../port/control-store.js'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { newNode } from './new-node.js'
import { claimParams, type TestStore } from './test-store.js'

export const pauseAndLimits = chapter('Law 15: pausing a queue, and its limit over the fleet', {
  'nothing of a paused queue is claimed, and nothing is lost': async (t) => {
    const ids = await t.enqueue(...newJobs(5), ...newJobs(5, { queue: 'open' }))
    await set(t, { paused: true })
    const queues = [
      { queue: 'queue', limit: 9 },
      { queue: 'open', limit: 9 },
    ]
    assert.deepEqual(await t.claimIds({ queues }), ids.slice(5))
    await t.enqueue(newJob())
    assert.deepEqual(await t.claimIds({ queues }), [])
    await set(t, { paused: false })
    assert.equal((await t.claimIds({ queues })).length, 6)
  },

  'a paused queue is not said to have more to claim': async (t) => {
    await t.enqueue(newJob())
    await set(t, { paused: true })
    const { nextVisibleAt } = await t.claim()
    assert.ok(nextVisibleAt === null || nextVisibleAt > (await t.now()))
  },

  'jobs of a paused queue that run go on running': async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    await set(t, { paused: true })
    assert.deepEqual(await t.backend.jobs.extend({ receipts: [receipt], leaseMs: 60_000 }), ['extended'])
    await t.settled(retry(receipt, { inMs: 0 }, '{}'))
    assert.deepEqual([await t.claimIds(), (await t.job(id!)).state], [[], 'pending'])
  },

  'suspects of a paused queue are not claimed either': needs('clock', async (t) => {
    await t.enqueue(newJob())
    await t.claimOne()
    await t.loseLeases()
    await set(t, { paused: true })
    assert.deepEqual(await t.claimIds(), [])
    await set(t, { paused: false })
    assert.equal((await t.claimIds()).length, 1)
  }),

  'a pause is heard by every node at its next beat': async (t) => {
    const { control } = t.backend
    const before = await control.beat({ node: newNode(), locks: [] })
    await set(t, { paused: true })
    const after = await control.beat({ node: newNode(), locks: [] })
    assert.deepEqual([before.paused, after.paused], [[], ['queue']])
    assert.ok(after.settingsRevision > before.settingsRevision)
    await set(t, { paused: false })
    const resumed = await control.beat({ node: newNode(), locks: [] })
    assert.deepEqual(resumed.paused, [])
    assert.ok(resumed.settingsRevision > after.settingsRevision)
  },

  'no more jobs of a queue run at one time than its limit, whoever asks': async (t) => {
    await t.enqueue(...newJobs(10))
    await set(t, { concurrency: 3 })
    const first = await t.leases({ workerId: 'a', limit: 2 })
    const second = await t.leases({ workerId: 'b', limit: 9 })
    assert.deepEqual([first.length, second.length, (await t.leases({ workerId: 'c' })).length], [2, 1, 0])
    await t.settled(complete(first[0]!.receipt, null), release(first[1]!.receipt))
    assert.equal((await t.leases({ workerId: 'c' })).length, 2)
    await set(t, { concurrency: null })
    assert.equal((await t.leases()).length, 6)
  },

  'claims at one time do not break the limit': async (t) => {
    await t.enqueue(...newJobs(50))
    await set(t, { concurrency: 7 })
    const claims = await Promise.all(Array.from({ length: 20 }, async () => t.leases({ limit: 5 })))
    assert.equal(claims.flat().length, 7)
  },

  'claims through two handles at one time do not break the limit': needs('second', async (t) => {
    await t.enqueue(...newJobs(50))
    await set(t, { concurrency: 7 })
    const other = await t.second()
    const claims = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => t.claim({ limit: 5 }, at % 2 === 0 ? t.backend : other)),
    )
    assert.equal(claims.flatMap(({ leases }) => leases).length, 7)
  }),

  'a place under the limit is free again when a lease was lost, retried, released or called off': needs(
    'clock',
    async (t) => {
      const ids = await t.enqueue(...newJobs(4))
      await set(t, { concurrency: 4 })
      for (let round = 0; round < 3; round += 1) {
        assert.equal((await claimAll(t)).length, 4)
        await t.loseLeases()
      }
      const leases = await claimAll(t)
      await t.backend.jobs.cancel({ ids: [ids[0]!], reason: null })
      await t.settled(...leases.map((receipt, at) => (at < 2 ? release(receipt) : retry(receipt, { inMs: 0 }, '{}'))))
      await t.enqueue(...newJobs(4))
      assert.equal((await claimAll(t)).length, 4)
    },
  ),

  'a queue at its limit is not said to have more to claim, but its leases are told': async (t) => {
    await t.enqueue(...newJobs(3))
    await set(t, { concurrency: 1 })
    const { leases, nextVisibleAt } = await t.claim()
    assert.equal(leases.length, 1)
    assert.equal(nextVisibleAt, leases[0]!.leaseUntil)
    assert.equal((await t.claim()).nextVisibleAt, leases[0]!.leaseUntil)
  },

  'exchange gives what the settled jobs have made room for': async (t) => {
    await t.enqueue(...newJobs(5))
    await set(t, { concurrency: 2 })
    const first = await t.leases()
    const settlements = first.map(({ receipt }) => complete(receipt, null))
    const { leases } = await t.backend.jobs.exchange({ settlements, claim: claimParams() })
    assert.deepEqual([first.length, leases.length], [2, 2])
  },

  'the limit of one queue is not the limit of another': async (t) => {
    await t.enqueue(...newJobs(3), ...newJobs(3, { queue: 'open' }))
    await set(t, { concurrency: 1 })
    const queues = [
      { queue: 'queue', limit: 9 },
      { queue: 'open', limit: 9 },
    ]
    const leases = await t.leases({ queues })
    assert.deepEqual(leases.map(({ job }) => job.queue).toSorted(), ['open', 'open', 'open', 'queue'])
  },
})

async function set(t: TestStore, settings: Partial<QueueSettings>): Promise<void> {
  await t.backend.control.putQueues({ queues: [{ name: 'queue', ...settings }] })
}

/** Claims until nothing is given, because suspects come one by one. */
async function claimAll(t: TestStore): Promise<readonly string[]> {
  const receipts: string[] = []
  for (;;) {
    const leases = await t.leases()
    if (leases.length === 0) return receipts
    receipts.push(...leases.map(({ receipt }) => receipt))
  }
}
