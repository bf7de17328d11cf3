import assert from 'node:assert/strict'
import { cancel, complete, fail, type Settlement } from '../../model/lease.js'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import type { TestStore } from './test-store.js'

const DAY_MS = 86_400_000

export const retention = chapter('Retention removes finished jobs and nothing else', {
  'completed jobs stay for a day': needs('clock', async (t) => {
    const ids = await finish(t, 3, (receipt) => complete(receipt, null))
    await t.advance(DAY_MS - 1_000)
    assert.equal((await t.tickAll()).pruned, 0)
    await t.advance(2_000)
    assert.equal((await t.tickAll()).pruned, 3)
    assert.deepEqual(await t.states(...ids), [null, null, null])
  }),

  'failed and cancelled jobs stay for fourteen days': needs('clock', async (t) => {
    const failed = await finish(t, 2, (receipt) => fail(receipt, 'exhausted', '{}'))
    const cancelled = await finish(t, 2, (receipt) => cancel(receipt, null))
    await t.advance(14 * DAY_MS - 1_000)
    assert.equal((await t.tickAll()).pruned, 0)
    await t.advance(2_000)
    assert.equal((await t.tickAll()).pruned, 4)
    assert.deepEqual(await t.states(...failed, ...cancelled), [null, null, null, null])
  }),

  'a queue can say how long its jobs stay': needs('clock', async (t) => {
    await t.backend.control.putQueues({ queues: [{ name: 'queue', completedForMs: 1_000, failedForMs: 5_000 }] })
    const completed = await finish(t, 1, (receipt) => complete(receipt, null))
    const failed = await finish(t, 1, (receipt) => fail(receipt, 'exhausted', null))
    await t.advance(2_000)
    await t.tickAll()
    assert.deepEqual(await t.states(...completed, ...failed), [null, 'failed'])
    await t.advance(4_000)
    await t.tickAll()
    assert.deepEqual(await t.states(...completed, ...failed), [null, null])
  }),

  'a queue can say how many completed jobs stay, and the oldest go first': needs('clock', async (t) => {
    await t.backend.control.putQueues({ queues: [{ name: 'queue', completedMax: 2 }] })
    const ids: string[] = []
    for (let at = 0; at < 5; at += 1) {
      ids.push(...(await finish(t, 1, (receipt) => complete(receipt, null))))
      await t.advance(10)
    }
    assert.equal((await t.tickAll()).pruned, 3)
    assert.deepEqual(await t.states(...ids), [null, null, null, 'completed', 'completed'])
  }),

  'live jobs are never pruned, however old they are': needs('clock', async (t) => {
    const [running] = await t.enqueue(newJob())
    const lease = await t.claimOne({ leaseMs: t.backend.limits.leaseMsMax })
    const [pending, later] = await t.enqueue(newJob(), newJob({ due: { inMs: 100 * DAY_MS } }))
    const [blocked] = await t.enqueue(newJob({ parents: [{ id: pending!, otherwise: 'fail' }] }))
    for (let day = 0; day < 40; day += 1) {
      await t.advance(DAY_MS / 4)
      await t.backend.jobs.extend({ receipts: [lease.receipt], leaseMs: t.backend.limits.leaseMsMax })
      assert.equal((await t.tickAll()).pruned, 0)
    }
    assert.deepEqual(await t.states(running!, pending!, later!, blocked!), ['running', 'pending', 'pending', 'blocked'])
  }),

  'what belongs to a pruned job goes with it, and its id can be used again': needs('clock', async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    await t.backend.jobs.report({ reports: [{ receipt, progress: { json: '1', note: null } }] })
    await t.settled(complete(receipt, { json: '1', note: null }))
    await t.advance(2 * DAY_MS)
    await t.tickAll()
    assert.deepEqual(await t.backend.inspector.details({ ids: [id!] }), [null])
    assert.deepEqual(await t.settle(complete(receipt, null)), ['lost'])
    await t.enqueue(newJob({ id: id! }))
    assert.equal((await t.job(id!)).result, null)
  }),

  'counters survive retention': needs('clock', async (t) => {
    await finish(t, 5, (receipt) => complete(receipt, null))
    await t.advance(2 * DAY_MS)
    await t.tickAll()
    const counts = await t.backend.inspector.counts({})
    const completed = counts.find(({ state }) => state === 'completed')
    assert.deepEqual([completed?.count, completed?.total], [0, 5])
  }),

  'a large backlog is pruned in batches': needs('clock', async (t) => {
    const total = 3_000
    await t.enqueue(...newJobs(total))
    for (let done = 0; done < total; done += 1_000) {
      await t.settled(...(await t.leases({ limit: 1_000 })).map(({ receipt }) => complete(receipt, null)))
    }
    await t.advance(2 * DAY_MS)
    const { pruned, nextAt } = await t.backend.maintenance.tick({})
    assert.ok(pruned > 0 && pruned < total, 'one tick is a small batch')
    assert.ok(nextAt <= (await t.now()), 'it says that there is more to do')
    assert.equal(pruned + (await t.tickAll()).pruned, total)
    assert.deepEqual(await t.counts(), {})
  }),

  'maintenance with nothing to do says when to come again': needs('clock', async (t) => {
    assert.ok((await t.backend.maintenance.tick({})).nextAt > (await t.now()))
  }),
})

async function finish(t: TestStore, count: number, end: (receipt: string) => Settlement): Promise<readonly string[]> {
  const ids = await t.enqueue(...newJobs(count))
  await t.settled(...(await t.leases()).map(({ receipt }) => end(receipt)))
  return ids
}
