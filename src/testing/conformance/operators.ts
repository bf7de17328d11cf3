import assert from 'node:assert/strict'
import { cancel, complete, fail, retry } from '../../model/lease.js'
import { newJob } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { newNode } from './new-node.js'
import type { TestStore } from './test-store.js'

export const operators = chapter('Operators call jobs off, retry them, and delete them', {
  'a waiting job that is called off never starts': async (t) => {
    const [ready, later] = await t.enqueue(newJob(), newJob({ due: { inMs: 60_000 } }))
    assert.deepEqual(await call(t, 'cancel', ready!, later!), ['cancelled', 'cancelled'])
    const record = await t.job(ready!)
    assert.deepEqual([record.state, record.cancelReason, record.visibleAt], ['cancelled', 'by hand', null])
    assert.ok(record.finishedAt !== null)
    assert.deepEqual(await t.claimIds(), [])
    assert.deepEqual(await call(t, 'cancel', ready!), ['finished'])
  },

  'a running job is asked to stop, and its worker hears it at the next extension and beat': async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne({ workerId: 'worker-1' })
    assert.deepEqual(await call(t, 'cancel', id!), ['requested'])
    const record = await t.job(id!)
    assert.deepEqual([record.state, record.cancelRequested], ['running', true])
    const { control, jobs } = t.backend
    assert.deepEqual((await control.beat({ node: newNode(), locks: [] })).cancelRequests, [id])
    assert.deepEqual((await control.beat({ node: newNode({ id: 'other' }), locks: [] })).cancelRequests, [])
    assert.deepEqual(await jobs.extend({ receipts: [receipt], leaseMs: 60_000 }), ['cancel-requested'])
    assert.deepEqual(await call(t, 'cancel', id!), ['requested'])
    await t.settled(complete(receipt, null))
    assert.deepEqual((await control.beat({ node: newNode(), locks: [] })).cancelRequests, [])
    assert.deepEqual([(await t.job(id!)).state, await call(t, 'cancel', id!)], ['cancelled', ['finished']])
  },

  'an extension that tells of a cancel has extended the lease too': needs('clock', async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    await call(t, 'cancel', id!)
    await t.backend.jobs.extend({ receipts: [receipt], leaseMs: 90_000 })
    assert.equal((await t.job(id!)).visibleAt, (await t.now()) + 90_000)
  }),

  'a finished job that is retried is due at once, with all its tries and under a larger fence': async (t) => {
    const [id] = await t.enqueue(newJob({ maxTries: 2 }))
    await t.settled(retry((await t.claimOne()).receipt, { inMs: 0 }, '{}'))
    for (const end of ['fail', 'complete', 'cancel'] as const) {
      const { receipt, fence } = await t.claimOne()
      if (end === 'fail') await t.settled(fail(receipt, 'exhausted', '{}'))
      else await t.settled(end === 'complete' ? complete(receipt, { json: '1', note: null }) : cancel(receipt, 'no'))
      assert.deepEqual(await call(t, 'retry', id!), ['retried'])
      const record = await t.job(id!)
      assert.deepEqual(record, {
        ...record,
        state: 'pending',
        tries: 0,
        failure: null,
        cancelReason: null,
        finishedAt: null,
        result: null,
        suspect: false,
      })
      assert.ok(record.fence > fence && record.visibleAt! <= (await t.now()))
    }
    assert.equal((await t.claimOne()).job.id, id)
  },

  'a job that waits for its time becomes due now': async (t) => {
    const [id] = await t.enqueue(newJob({ due: { inMs: 60_000 } }))
    assert.deepEqual(await t.claimIds(), [])
    assert.deepEqual(await call(t, 'retry', id!), ['retried'])
    assert.deepEqual(await call(t, 'retry', id!), ['pending'])
    assert.deepEqual(await t.claimIds(), [id])
  },

  'a job that is due, runs or is unknown is not changed by a retry': async (t) => {
    const [due, running] = await t.enqueue(newJob({ priority: 2 }), newJob({ priority: 1 }))
    await t.claimOne()
    const before = [await t.job(due!), await t.job(running!)]
    assert.deepEqual(await call(t, 'retry', due!, running!, 'nobody'), ['pending', 'running', 'unknown'])
    assert.deepEqual([await t.job(due!), await t.job(running!)], before)
  },

  'a job that is deleted is gone with all that belongs to it': async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    const logs = [{ at: 0, level: 'info' as const, message: 'gone' }]
    await t.backend.jobs.report({ reports: [{ receipt, logs, progress: { json: '1', note: null } }] })
    assert.deepEqual(await call(t, 'delete', id!), ['running'])
    await t.settled(retry(receipt, { inMs: 0 }, '{}'))
    assert.deepEqual(await call(t, 'delete', id!, id!), ['deleted', 'unknown'])
    assert.deepEqual(await t.backend.inspector.details({ ids: [id!] }), [null])
    await t.enqueue(newJob({ id: id! }))
    const [details] = await t.backend.inspector.details({ ids: [id!] })
    assert.deepEqual(details, { progress: null, logs: [], steps: [], errors: [] })
    assert.deepEqual([(await t.job(id!)).error, (await t.job(id!)).fence], [null, 0])
  },

  'a cancel and a settlement at one time leave one of the two ends': async (t) => {
    for (let round = 0; round < 20; round += 1) {
      const [id] = await t.enqueue(newJob())
      const { receipt } = await t.claimOne()
      const [[cancelled], [settled]] = await Promise.all([call(t, 'cancel', id!), t.settle(complete(receipt, null))])
      assert.equal(settled, 'settled')
      assert.equal((await t.job(id!)).state, cancelled === 'requested' ? 'cancelled' : 'completed')
    }
  },

  'a cancel and a claim at one time leave the job cancelled or asked to stop': async (t) => {
    for (let round = 0; round < 20; round += 1) {
      const [id] = await t.enqueue(newJob())
      const [[cancelled], claimed] = await Promise.all([call(t, 'cancel', id!), t.claimIds()])
      const record = await t.job(id!)
      assert.deepEqual(
        [claimed.length, record.state, record.cancelRequested],
        cancelled === 'cancelled' ? [0, 'cancelled', false] : [1, 'running', true],
      )
    }
  },
})

async function call(
  t: TestStore,
  verb: 'cancel' | 'retry' | 'delete',
  ...ids: readonly string[]
): Promise<readonly string[]> {
  const { jobs } = t.backend
  if (verb === 'cancel') return jobs.cancel({ ids, reason: 'by hand' })
  return verb === 'retry' ? jobs.retry({ ids }) : jobs.delete({ ids })
}
