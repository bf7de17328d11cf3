import assert from 'node:assert/strict'
import type { NewJob } from '../../model/job.js'
import { cancel, complete, fail, retry, type Lease, type Settlement } from '../../model/lease.js'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'

/** A chain longer than a stack is deep for whoever follows it by recursion. */
const CHAIN = 5_000

export const edges = chapter('Law 13: a job that waits for others', {
  'a job waits until its last parent has completed': async (t) => {
    const [a, b] = await t.enqueue(newJob(), newJob())
    const [child] = await t.enqueue(childOf(a!, b!))
    assert.equal((await t.job(child!)).state, 'blocked')
    const [first, second, ...others] = await t.leases()
    assert.equal(others.length, 0)
    await t.settled(complete(first!.receipt, null))
    assert.equal((await t.job(child!)).state, 'blocked')
    await t.settled(complete(second!.receipt, null))
    assert.deepEqual(await t.claimIds(), [child])
  },

  'parents may stand in the same call, ahead of their children': async (t) => {
    const parent = newJob()
    const child = childOf(parent.id)
    const grandchild = childOf(child.id, parent.id)
    await t.enqueue(parent, child, grandchild)
    for (const id of [parent.id, child.id, grandchild.id]) {
      const lease = await t.claimOne()
      assert.equal(lease.job.id, id)
      await t.settled(complete(lease.receipt, null))
    }
  },

  'a parent that stands behind its child is unknown': async (t) => {
    const parent = newJob()
    await assert.rejects(t.backend.jobs.enqueue({ jobs: [childOf(parent.id), parent] }), { code: 'PARENT_UNKNOWN' })
    assert.deepEqual(await t.counts(), {})
  },

  'a parent that has completed is waited for no more': async (t) => {
    const [parent] = await t.enqueue(newJob())
    await t.settled(complete((await t.claimOne()).receipt, null))
    const [child] = await t.enqueue(childOf(parent!))
    assert.deepEqual(await t.claimIds(), [child])
    const [found] = await t.backend.edges.get({ ids: [child!] })
    assert.deepEqual(found?.parents, [{ id: parent, otherwise: 'fail', resolved: true }])
  },

  'a parent that ended otherwise makes the child unreachable at once, and its own children too': async (t) => {
    for (const end of OTHERWISE) {
      const [parent] = await t.enqueue(newJob())
      const [child] = await t.enqueue(childOf(parent!))
      const [grandchild] = await t.enqueue(childOf(child!))
      await t.settled(end(await t.claimOne()))
      const [late] = await t.enqueue(childOf(grandchild!))
      const records = await t.backend.inspector.get({ ids: [child!, grandchild!, late!] })
      assert.deepEqual(
        records.map((record) => [record?.state, record?.failure]),
        Array(3).fill(['failed', 'unreachable']),
      )
      assert.ok(records.every((record) => record?.finishedAt !== null && record?.visibleAt === null))
    }
    assert.deepEqual(await t.claimIds(), [])
  },

  'a child that runs anyway becomes claimable however its parent ended': async (t) => {
    for (const end of OTHERWISE) {
      const [parent] = await t.enqueue(newJob())
      const parents = [{ id: parent!, otherwise: 'run' as const }]
      const [early] = await t.enqueue(newJob({ parents }))
      await t.settled(end(await t.claimOne()))
      const [late] = await t.enqueue(newJob({ parents }))
      const leases = await t.leases()
      assert.deepEqual(
        leases.map(({ job }) => job.id),
        [early, late],
      )
      await t.settled(...leases.map(({ receipt }) => complete(receipt, null)))
    }
  },

  'a parent that is called off or made unreachable counts as ended otherwise': async (t) => {
    const [parent] = await t.enqueue(newJob({ due: { inMs: 60_000 } }))
    const [child] = await t.enqueue(childOf(parent!))
    const [anyway] = await t.enqueue(newJob({ parents: [{ id: child!, otherwise: 'run' }] }))
    assert.deepEqual(await t.backend.jobs.cancel({ ids: [parent!], reason: null }), ['cancelled'])
    assert.deepEqual([(await t.job(child!)).failure, (await t.job(anyway!)).state], ['unreachable', 'pending'])
    assert.deepEqual(await t.claimIds(), [anyway])
  },

  'a parent that is tried again is still waited for': async (t) => {
    const [parent] = await t.enqueue(newJob())
    const [child] = await t.enqueue(childOf(parent!))
    await t.settled(retry((await t.claimOne()).receipt, { inMs: 0 }, '{}'))
    assert.equal((await t.job(child!)).state, 'blocked')
    await t.settled(complete((await t.claimOne()).receipt, null))
    assert.equal((await t.job(child!)).state, 'pending')
  },

  'an edge is resolved once, also when its parent is retried by hand': async (t) => {
    const [a, b] = await t.enqueue(newJob({ priority: 1 }), newJob({ priority: 2 }))
    const [child] = await t.enqueue(childOf(a!, b!))
    await t.settled(complete((await t.claimOne()).receipt, null))
    assert.deepEqual(await t.backend.jobs.retry({ ids: [a!] }), ['retried'])
    const [again, second] = await t.leases()
    assert.deepEqual([again?.job.id, second?.job.id], [a, b])
    await t.settled(complete(second!.receipt, null))
    assert.deepEqual(await t.states(a!, child!), ['running', 'pending'])
    await t.settled(fail(again!.receipt, 'exhausted', null))
    assert.deepEqual(await t.claimIds(), [child])
  },

  'one failed parent is enough, and the others may end as they like': async (t) => {
    const [a, b] = await t.enqueue(newJob(), newJob())
    const [child] = await t.enqueue(childOf(a!, b!))
    const [first, second] = await t.leases()
    await t.settled(fail(first!.receipt, 'exhausted', null))
    assert.equal((await t.job(child!)).failure, 'unreachable')
    await t.settled(complete(second!.receipt, null))
    assert.equal((await t.job(child!)).failure, 'unreachable')
    assert.deepEqual(await t.claimIds(), [])
  },

  'a child that waits is not claimable before its own time either': needs('clock', async (t) => {
    const [parent] = await t.enqueue(newJob())
    const [child] = await t.enqueue({ ...childOf(parent!), due: { inMs: 5_000 } })
    await t.settled(complete((await t.claimOne()).receipt, null))
    assert.deepEqual(await t.claimIds(), [])
    await t.advance(5_000)
    assert.deepEqual(await t.claimIds(), [child])
  }),

  'children that wait for a job that is deleted are unreachable': async (t) => {
    const [parent] = await t.enqueue(newJob())
    const [child] = await t.enqueue(childOf(parent!))
    const [grandchild] = await t.enqueue(childOf(child!))
    assert.deepEqual(await t.backend.jobs.delete({ ids: [parent!] }), ['deleted'])
    assert.deepEqual(await t.states(parent!, child!, grandchild!), [null, 'failed', 'failed'])
    assert.equal((await t.job(child!)).failure, 'unreachable')
  },

  'a blocked job can be called off, retried by hand to no effect, and deleted': async (t) => {
    const [parent] = await t.enqueue(newJob())
    const [a, b] = await t.enqueue(childOf(parent!), childOf(parent!))
    const { jobs } = t.backend
    assert.deepEqual(await jobs.retry({ ids: [a!] }), ['pending'])
    assert.deepEqual(await jobs.cancel({ ids: [a!], reason: 'no' }), ['cancelled'])
    assert.deepEqual(await jobs.delete({ ids: [b!] }), ['deleted'])
    await t.settled(complete((await t.claimOne()).receipt, null))
    assert.deepEqual(await t.states(parent!, a!, b!), ['completed', 'cancelled', null])
  },

  'one parent lets a thousand children go': async (t) => {
    const [parent] = await t.enqueue(newJob())
    const children = await t.enqueue(...newJobs(1_000, { parents: [{ id: parent!, otherwise: 'fail' }] }))
    const [last] = await t.enqueue(childOf(...children))
    await t.settled(complete((await t.claimOne()).receipt, null))
    const leases = await t.leases({ limit: 1_000 })
    assert.equal(leases.length, 1_000)
    await t.settled(...leases.map(({ receipt }) => complete(receipt, null)))
    assert.deepEqual(await t.claimIds(), [last])
  },

  'a chain of thousands becomes unreachable in one go': async (t) => {
    const jobs = newJobs(CHAIN)
    await t.enqueue(...jobs.map((job, at) => (at === 0 ? job : { ...job, parents: childOf(jobs[at - 1]!.id).parents })))
    await t.settled(fail((await t.claimOne()).receipt, 'terminated', null))
    assert.deepEqual(await t.counts(), { failed: CHAIN })
  },
})

const OTHERWISE: readonly ((lease: Lease) => Settlement)[] = [
  ({ receipt }) => fail(receipt, 'exhausted', null),
  ({ receipt }) => fail(receipt, 'expired', null),
  ({ receipt }) => cancel(receipt, null),
]

function childOf(...parents: readonly string[]): NewJob {
  return newJob({ parents: parents.map((id) => ({ id, otherwise: 'fail' })) })
}
