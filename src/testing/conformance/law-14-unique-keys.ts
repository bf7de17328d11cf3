import assert from 'node:assert/strict'
import { again, cancel, complete, fail, retry, type Lease, type Settlement } from '../../model/lease.js'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import type { TestStore } from './test-store.js'

export const uniqueKeys = chapter('Law 14: a unique key admits one live job', {
  'the second job with a key is a duplicate of the first, and nothing of it is stored': async (t) => {
    const [holder] = await t.enqueue(keyed())
    await isHeld(t, holder!)
    await isHeld(t, holder!)
    assert.deepEqual(await t.counts(), { pending: 1 })
  },

  'two jobs with one key in one call are one': async (t) => {
    const [first, second] = [keyed(), keyed()]
    assert.deepEqual(
      await t.backend.jobs.enqueue({ jobs: [first, newJob(), second] }).then((all) => [all[0], all[2]]),
      [
        { status: 'inserted', id: first.id },
        { status: 'duplicate', id: first.id, by: 'unique' },
      ],
    )
  },

  'a duplicate does not keep the rest of its batch from being stored': async (t) => {
    const [holder] = await t.enqueue(keyed())
    const [first, last] = [newJob(), newJob()]
    const outcomes = await t.backend.jobs.enqueue({ jobs: [first, keyed(), last] })
    assert.deepEqual(
      outcomes.map(({ id }) => id),
      [first.id, holder, last.id],
    )
    assert.deepEqual(await t.states(first.id, last.id), ['pending', 'pending'])
  },

  'a hundred callers with one key at one time store one job and all hear of it': async (t) => {
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, async () => t.backend.jobs.enqueue({ jobs: [keyed()] })),
    )
    const answers = outcomes.map(([outcome]) => outcome!)
    assert.equal(answers.filter(({ status }) => status === 'inserted').length, 1)
    assert.equal(new Set(answers.map(({ id }) => id)).size, 1)
    assert.deepEqual(await t.counts(), { pending: 1 })
  },

  'a hundred callers on two handles store one job': needs('second', async (t) => {
    const other = await t.second()
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, async (_, at) =>
        (at % 2 === 0 ? t.backend : other).jobs.enqueue({ jobs: [keyed()] }),
      ),
    )
    assert.equal(outcomes.filter(([outcome]) => outcome?.status === 'inserted').length, 1)
    assert.equal(new Set(outcomes.map(([outcome]) => outcome?.id)).size, 1)
    assert.deepEqual(await t.counts(), { pending: 1 })
  }),

  'a job holds its key while it waits, runs, and waits again': needs('clock', async (t) => {
    const [holder] = await t.enqueue(keyed({ due: { inMs: 1_000 } }))
    await isHeld(t, holder!)
    await t.advance(1_000)
    const lease = await t.claimOne()
    await isHeld(t, holder!)
    await t.settled(retry(lease.receipt, { inMs: 0 }, '{}'))
    await isHeld(t, holder!)
    await t.settled(again((await t.claimOne()).receipt, { inMs: 0 }, null))
    await isHeld(t, holder!)
    await t.claimOne()
    await t.loseLeases()
    await isHeld(t, holder!)
  }),

  'a blocked job holds its key': async (t) => {
    const [parent] = await t.enqueue(newJob())
    const [holder] = await t.enqueue(keyed({ parents: [{ id: parent!, otherwise: 'fail' }] }))
    await isHeld(t, holder!)
    await t.settled(fail((await t.claimOne()).receipt, 'exhausted', null))
    await isFree(t)
  },

  'a key is free as soon as its job has finished, in whatever way': async (t) => {
    const ends: readonly ((lease: Lease) => Settlement)[] = [
      ({ receipt }) => complete(receipt, null),
      ({ receipt }) => fail(receipt, 'exhausted', null),
      ({ receipt }) => cancel(receipt, null),
    ]
    for (const end of ends) {
      const [holder] = await t.enqueue(keyed())
      const lease = await t.claimOne()
      await isHeld(t, holder!)
      await t.settled(end(lease))
    }
    await isFree(t)
  },

  'a settlement can hand its key on to a follow-up': async (t) => {
    await t.enqueue(keyed())
    const next = keyed()
    await t.settled(complete((await t.claimOne()).receipt, null, [next]))
    assert.deepEqual(await t.states(next.id), ['pending'])
    await isHeld(t, next.id)
  },

  'a key is free when its job was called off or deleted': async (t) => {
    const [first] = await t.enqueue(keyed())
    assert.deepEqual(await t.backend.jobs.cancel({ ids: [first!], reason: null }), ['cancelled'])
    const [second] = await t.enqueue(keyed())
    assert.deepEqual(await t.backend.jobs.delete({ ids: [second!] }), ['deleted'])
    await isFree(t)
  },

  'deleting or pruning a finished job frees nothing that another job holds': needs('clock', async (t) => {
    const [first] = await t.enqueue(keyed())
    await t.settled(complete((await t.claimOne()).receipt, null))
    const [holder] = await t.enqueue(keyed())
    assert.deepEqual(await t.backend.jobs.delete({ ids: [first!] }), ['deleted'])
    await isHeld(t, holder!)
    await t.settled(complete((await t.claimOne()).receipt, null))
    const [last] = await t.enqueue(keyed())
    await t.advance(2 * 86_400_000)
    assert.equal((await t.tickAll()).pruned, 1)
    await isHeld(t, last!)
  }),

  'a finished job whose key another one holds cannot be retried': async (t) => {
    const [first] = await t.enqueue(keyed())
    await t.settled(fail((await t.claimOne()).receipt, 'exhausted', null))
    const [second] = await t.enqueue(keyed())
    const before = await t.job(first!)
    assert.deepEqual(await t.backend.jobs.retry({ ids: [first!] }), ['duplicate'])
    assert.deepEqual(await t.job(first!), before)
    await t.backend.jobs.delete({ ids: [second!] })
    assert.deepEqual(await t.backend.jobs.retry({ ids: [first!] }), ['retried'])
    await isHeld(t, first!)
  },

  'of two finished jobs with one key that are retried in one call, one comes back': async (t) => {
    const ids: string[] = []
    for (let round = 0; round < 2; round += 1) {
      ids.push(...(await t.enqueue(keyed())))
      await t.settled(complete((await t.claimOne()).receipt, null))
    }
    assert.deepEqual(await t.backend.jobs.retry({ ids }), ['retried', 'duplicate'])
  },

  'jobs without a key, or with different keys, do not meet': async (t) => {
    await t.enqueue(...newJobs(3), keyed({ uniqueKey: 'a' }), keyed({ uniqueKey: 'A' }), keyed({ uniqueKey: 'a ' }))
    assert.deepEqual(await t.counts(), { pending: 6 })
  },
})

function keyed(fields: Parameters<typeof newJob>[0] = {}): ReturnType<typeof newJob> {
  return newJob({ uniqueKey: 'task/task/invoice 1', ...fields })
}

async function isHeld(t: TestStore, holder: string): Promise<void> {
  const job = keyed()
  assert.deepEqual(await t.backend.jobs.enqueue({ jobs: [job] }), [{ status: 'duplicate', id: holder, by: 'unique' }])
  assert.deepEqual(await t.states(job.id), [null])
}

async function isFree(t: TestStore): Promise<void> {
  await t.enqueue(keyed())
}
