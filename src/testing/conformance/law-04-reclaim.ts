import assert from 'node:assert/strict'
import { complete } from '../../model/lease.js'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { batches, LEASE_MS } from './test-store.js'

export const reclaim = chapter('Law 4: a lease that ended makes its job claimable again', {
  'a job whose lease ended can be claimed, with nothing but a claim and a maintenance tick': needs(
    'clock',
    async (t) => {
      const [id] = await t.enqueue(newJob())
      const { fence } = await t.claimOne()
      await t.advance(LEASE_MS + t.backend.capabilities.reclaimLagMs)
      await t.backend.maintenance.tick({})
      const lease = await t.claimOne({ workerId: 'other' })
      assert.equal(lease.job.id, id)
      assert.ok(lease.fence > fence)
      assert.deepEqual([(await t.job(id!)).state, (await t.job(id!)).workerId], ['running', 'other'])
    },
  ),

  'it can be claimed by a process that knew nothing of the lease': needs(['clock', 'second'], async (t) => {
    const [id] = await t.enqueue(newJob())
    await t.claimOne()
    await t.backend.close()
    await t.advance(LEASE_MS + t.backend.capabilities.reclaimLagMs)
    const other = await t.second()
    await other.maintenance.tick({})
    const { leases } = await t.claim({}, other)
    assert.deepEqual(
      leases.map(({ job }) => job.id),
      [id],
    )
  }),

  'no job is taken back before its lease ends': needs('clock', async (t) => {
    const ids = await t.enqueue(...newJobs(3))
    await t.leases()
    await t.advance(LEASE_MS - 1)
    assert.equal((await t.tickAll()).reclaimed, 0)
    assert.deepEqual(await t.claimIds(), [])
    assert.deepEqual(await t.states(...ids), ['running', 'running', 'running'])
  }),

  'maintenance takes back every lease that ended and says how many': needs('clock', async (t) => {
    await t.enqueue(...newJobs(300))
    await t.leases({ limit: 300 })
    await t.advance(LEASE_MS + t.backend.capabilities.reclaimLagMs)
    assert.equal((await t.tickAll()).reclaimed, 300)
    assert.deepEqual(await t.counts(), { pending: 300 })
    assert.equal((await t.tickAll()).reclaimed, 0)
  }),

  'maintenance from several nodes at one time takes back each lease once': needs(['clock', 'second'], async (t) => {
    await t.enqueue(...newJobs(200))
    await t.leases({ limit: 200 })
    await t.advance(LEASE_MS + t.backend.capabilities.reclaimLagMs)
    const other = await t.second()
    const ticks = await Promise.all(
      [t.backend, other, t.backend, other].map(async ({ maintenance }) => maintenance.tick({})),
    )
    const left = await t.tickAll()
    assert.equal(
      ticks.reduce((sum, { reclaimed }) => sum + reclaimed, left.reclaimed),
      200,
    )
    assert.deepEqual(await t.counts(), { pending: 200 })
  }),

  'one dead job behind a thousand healthy ones is still taken back': needs('clock', async (t) => {
    const [dead] = await t.enqueue(newJob())
    await t.claimOne()
    await t.enqueue(...newJobs(1_000))
    const healthy = await t.leases({ limit: 1_000 })
    const receipts = healthy.map(({ receipt }) => receipt)
    for (let third = 0; third < 4; third += 1) {
      await t.advance(LEASE_MS / 3)
      for (const batch of batches(receipts, t.backend.limits.settleItems)) {
        await t.backend.jobs.extend({ receipts: batch, leaseMs: LEASE_MS })
      }
    }
    await t.tickAll()
    assert.deepEqual(await t.claimIds(), [dead])
    await t.settled(...receipts.map((receipt) => complete(receipt, null)))
  }),

  'a claim tells when the next lease ends': needs('clock', async (t) => {
    await t.enqueue(newJob(), newJob())
    const { leaseUntil } = await t.claimOne({ leaseMs: 7_000 })
    await t.claimOne()
    assert.equal((await t.claim()).nextVisibleAt, leaseUntil)
  }),

  'a clock that is set back makes no lease longer': needs(['clock', 'jump'], async (t) => {
    const [id] = await t.enqueue(newJob())
    await t.claimOne()
    await t.advance(LEASE_MS / 2)
    await t.tickAll()
    await t.jump(-2 * 3_600_000)
    assert.deepEqual(await t.claimIds(), [], 'nor does it end the lease')
    await t.loseLeases()
    assert.deepEqual(await t.claimIds(), [id])
  }),

  'a lost lease of a job whose cancel was requested ends it as cancelled': needs('clock', async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    assert.deepEqual(await t.backend.jobs.cancel({ ids: [id!], reason: 'enough' }), ['requested'])
    await t.loseLeases()
    assert.deepEqual(await t.claimIds(), [])
    const record = await t.job(id!)
    assert.deepEqual([record.state, record.cancelReason], ['cancelled', 'enough'])
    assert.deepEqual(await t.settle(complete(receipt, null)), ['lost'])
  }),
})
