import assert from 'node:assert/strict'
import { again, release, retry, snooze, type Lease, type Settlement } from '../../model/lease.js'
import type { Priority } from '../../model/job.js'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import type { TestStore } from './test-store.js'

export const visibility = chapter('Law 6: never claimable before its time, and then in order', {
  'a job is claimable from the instant at which it is due, and not a millisecond before': needs('clock', async (t) => {
    const now = await t.now()
    const [relative, absolute] = await t.enqueue(newJob({ due: { inMs: 5_000 } }), newJob({ due: { at: now + 6_000 } }))
    await t.advance(4_999)
    assert.deepEqual(await t.claimIds(), [])
    await t.advance(1)
    assert.deepEqual(await t.claimIds(), [relative])
    await t.advance(999)
    assert.deepEqual(await t.claimIds(), [])
    await t.advance(1)
    assert.deepEqual(await t.claimIds(), [absolute])
  }),

  'retry, snooze and the next iteration wait for their time': needs('clock', async (t) => {
    const now = await t.now()
    const ways: readonly ((lease: Lease) => Settlement)[] = [
      ({ receipt }) => retry(receipt, { inMs: 5_000 }, '{}'),
      ({ receipt }) => snooze(receipt, { at: now + 5_000 }),
      ({ receipt }) => again(receipt, { inMs: 5_000 }, null),
    ]
    const ids = await t.enqueue(...newJobs(ways.length))
    const leases = await t.leases()
    await t.settled(...leases.map((lease, at) => ways[at]!(lease)))
    const records = await t.backend.inspector.get({ ids })
    assert.deepEqual(
      records.map((record) => record?.visibleAt),
      ids.map(() => now + 5_000),
    )
    await t.advance(4_999)
    assert.deepEqual(await t.claimIds(), [])
    await t.advance(1)
    assert.deepEqual(await t.claimIds(), ids)
  }),

  'a claim tells when the next job becomes due': needs('clock', async (t) => {
    assert.equal((await t.claim()).nextVisibleAt, null)
    const now = await t.now()
    await t.enqueue(newJob({ due: { inMs: 9_000 }, priority: 1 }), newJob({ due: { inMs: 4_000 }, priority: 5 }))
    assert.equal((await t.claim()).nextVisibleAt, now + 4_000)
    assert.equal((await t.claim({ queues: [{ queue: 'other', limit: 1 }] })).nextVisibleAt, null)
  }),

  'a claim that leaves due jobs behind says that more is due': async (t) => {
    await t.enqueue(...newJobs(3))
    const { leases, nextVisibleAt } = await t.claim({ limit: 2 })
    assert.equal(leases.length, 2)
    assert.ok(nextVisibleAt !== null && nextVisibleAt <= (await t.now()))
  },

  'jobs of one priority come in the order in which they became due': needs('clock', async (t) => {
    const now = await t.now()
    const dues = [300, 100, 200, -100, 0]
    const ids = await t.enqueue(...dues.map((due) => newJob({ due: { at: now + due } })))
    await t.advance(300)
    assert.deepEqual(
      await t.claimIds(),
      [3, 4, 1, 2, 0].map((at) => ids[at]),
    )
  }),

  'jobs that became due at one instant come in the order in which they were enqueued': async (t) => {
    const due = { at: (await t.now()) - 1_000 }
    const first = await t.enqueue(...newJobs(150, { due }))
    const second = await t.enqueue(...newJobs(150, { due }))
    assert.deepEqual(await t.claimIds({ limit: 300 }), [...first, ...second])
  },

  'better priorities come first, however late they were enqueued': async (t) => {
    const priorities: readonly Priority[] = [3, 5, 1, 4, 2, 1, 3]
    const ids: string[] = []
    for (const priority of priorities) ids.push(...(await t.enqueue(newJob({ priority }))))
    assert.deepEqual(
      await t.claimIds(),
      [2, 5, 4, 0, 6, 3, 1].map((at) => ids[at]),
    )
  },

  'a better priority of one queue comes before a worse one of another': async (t) => {
    await t.enqueue(...newJobs(5, { queue: 'a', priority: 3 }))
    const [urgent] = await t.enqueue(newJob({ queue: 'b', priority: 1 }))
    const queues = [
      { queue: 'a', limit: 9 },
      { queue: 'b', limit: 9 },
    ]
    assert.deepEqual(await t.claimIds({ queues, limit: 1 }), [urgent])
  },

  'a claim from the lowest priority starts there': async (t) => {
    await t.enqueue(...newJobs(5, { priority: 1 }))
    const [low] = await t.enqueue(newJob({ priority: 4 }))
    assert.deepEqual(await t.claimIds({ from: 'lowest', limit: 1 }), [low])
    assert.equal((await t.claimIds({ from: 'lowest', limit: 9 })).length, 5)
  },

  'a job of a better priority that is not due yet holds nobody up': needs('clock', async (t) => {
    await t.enqueue(...newJobs(20, { priority: 1, due: { inMs: 60_000 } }))
    const [ready] = await t.enqueue(newJob({ priority: 5 }))
    assert.deepEqual(await t.claimIds(), [ready])
  }),

  'a released job of a delayed backlog goes back to where it was': needs('clock', async (t) => {
    const ids = await delayed(t, [1_000, 2_000, 3_000])
    await t.advance(3_000)
    const [first, second] = await t.leases({ limit: 2 })
    await t.settled(release(second!.receipt), release(first!.receipt))
    assert.deepEqual(await t.claimIds(), ids)
  }),

  'a lease tells when its job became claimable': needs('clock', async (t) => {
    const now = await t.now()
    await delayed(t, [1_000])
    await t.advance(5_000)
    const lease = await t.claimOne()
    assert.deepEqual([lease.job.dueAt, lease.claimedAt, lease.job.enqueuedAt], [now + 1_000, now + 5_000, now])
  }),
})

async function delayed(t: TestStore, lengths: readonly number[]): Promise<readonly string[]> {
  return t.enqueue(...lengths.map((inMs) => newJob({ due: { inMs } })))
}
