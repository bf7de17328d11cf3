import assert from 'node:assert/strict'
import { again, complete, fail, release, retry, snooze, type Lease, type Settlement } from '../../model/lease.js'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { claimParams, type TestStore } from './test-store.js'

export const suspects = chapter('Law 3: only a suspect pays for a lost lease', {
  'the first lost lease of a job spends no try and makes it suspect': needs('clock', async (t) => {
    const [id] = await t.enqueue(newJob())
    await t.claimOne()
    await t.loseLeases()
    const lease = await t.claimOne()
    assert.deepEqual([lease.job.id, lease.job.tries, lease.suspect], [id, 0, true])
    assert.equal((await t.job(id!)).suspect, true)
  }),

  'every further lost lease of a suspect spends a try': needs('clock', async (t) => {
    const [id] = await t.enqueue(newJob({ maxTries: 3 }))
    for (const tries of [0, 0, 1, 2, 3, 4]) {
      assert.equal((await t.claimOne()).job.tries, tries)
      await t.loseLeases()
    }
    assert.equal((await t.job(id!)).tries, 5)
  }),

  'a suspect is claimed alone': needs('clock', async (t) => {
    const [suspect] = await makeSuspects(t, 1)
    const ids = await t.enqueue(...newJobs(10, { priority: 1 }))
    assert.deepEqual(await t.claimIds(), [suspect])
    assert.deepEqual(new Set(await t.claimIds()), new Set(ids))
  }),

  'an exchange gives a suspect alone too, and none to those who take none': needs('clock', async (t) => {
    const [suspect] = await makeSuspects(t, 1)
    const ids = await t.enqueue(...newJobs(3))
    const exchange = async (suspects: boolean): Promise<readonly string[]> => {
      const { leases } = await t.backend.jobs.exchange({ settlements: [], claim: claimParams({ suspects, limit: 2 }) })
      return leases.map(({ job }) => job.id)
    }
    assert.deepEqual(await exchange(false), ids.slice(0, 2))
    assert.deepEqual(await exchange(true), [suspect])
    assert.deepEqual(await exchange(true), ids.slice(2))
  }),

  'several suspects come one by one': needs('clock', async (t) => {
    const ids = await makeSuspects(t, 3)
    const claims = [await t.claimIds(), await t.claimIds(), await t.claimIds(), await t.claimIds()]
    assert.deepEqual(
      claims.map((claim) => claim.length),
      [1, 1, 1, 0],
    )
    assert.deepEqual(claims.flat().toSorted(), ids.toSorted())
  }),

  'a worker that takes no suspects gets everything else': needs('clock', async (t) => {
    await makeSuspects(t, 2)
    const ids = await t.enqueue(...newJobs(5))
    assert.deepEqual(new Set(await t.claimIds({ suspects: false })), new Set(ids))
    assert.deepEqual(await t.claimIds({ suspects: false }), [])
  }),

  'a suspect that runs elsewhere holds nobody up': needs('clock', async (t) => {
    const [suspect] = await makeSuspects(t, 1)
    const { receipt } = await t.claimOne()
    const ids = await t.enqueue(...newJobs(3))
    assert.deepEqual(new Set(await t.claimIds()), new Set(ids))
    await t.settled(release(receipt))
    assert.deepEqual(await t.claimIds(), [suspect])
  }),

  'a released suspect stays suspect': needs('clock', async (t) => {
    const [id] = await makeSuspects(t, 1)
    await t.settled(release((await t.claimOne()).receipt))
    assert.equal((await t.job(id!)).suspect, true)
    await t.claimOne()
    await t.loseLeases()
    assert.equal((await t.job(id!)).tries, 1)
  }),

  'every other settlement clears the suspicion': needs('clock', async (t) => {
    const settle: readonly ((lease: Lease) => Settlement)[] = [
      ({ receipt }) => retry(receipt, { inMs: 0 }, '{}'),
      ({ receipt }) => snooze(receipt, { inMs: 0 }),
      ({ receipt }) => again(receipt, { inMs: 0 }, null),
      ({ receipt }) => complete(receipt, null),
      ({ receipt }) => fail(receipt, 'terminated', null),
    ]
    const ids = await makeSuspects(t, settle.length)
    const settled: (boolean | null)[] = []
    for (const make of settle) {
      const lease = await t.claimOne()
      assert.equal(lease.suspect, true)
      await t.settled(make(lease))
      settled.push((await t.job(lease.job.id)).suspect)
      await t.backend.jobs.delete({ ids: [lease.job.id] })
    }
    assert.deepEqual(
      settled,
      ids.map(() => false),
    )
  }),

  'a poison job among 500 prefetched neighbours burns only its own tries': needs('clock', async (t) => {
    const [poison, ...neighbours] = await t.enqueue(...newJobs(501, { maxTries: 3 }))
    assert.equal((await t.leases({ limit: 1_000 })).length, 501)
    await t.loseLeases()
    let starts = 1
    for (let claims = 0; (await t.counts()).pending !== undefined; claims += 1) {
      assert.ok(claims < 600, 'the backlog must come to an end')
      const lease = await t.claimOne({ limit: 1_000 })
      if (lease.job.id !== poison) await t.settled(complete(lease.receipt, null))
      else if (lease.job.tries >= 3) await t.settled(fail(lease.receipt, 'exhausted', null))
      else {
        starts += 1
        await t.loseLeases()
      }
    }
    const records = await t.backend.inspector.get({ ids: [poison!, ...neighbours] })
    assert.deepEqual(
      records.map((record) => record?.state),
      ['failed', ...neighbours.map(() => 'completed')],
    )
    assert.deepEqual(
      records.map((record) => record?.tries),
      [3, ...neighbours.map(() => 0)],
    )
    assert.equal(starts, 4, 'it starts once more than it has tries')
  }),
})

async function makeSuspects(t: TestStore, count: number): Promise<readonly string[]> {
  const ids = await t.enqueue(...newJobs(count))
  assert.equal((await t.leases()).length, count)
  await t.loseLeases()
  return ids
}
