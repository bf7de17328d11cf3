import assert from 'node:assert/strict'
import { complete } from '../../model/lease.js'
import type { Wakeup } from '../../port/wakeups.js'
import { json, newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { turn, type TestStore } from './test-store.js'
import type { OpenTransaction } from './target.js'

export const isolation = chapter('Law 17: no caller pays for another', {
  "one caller's bad job is nobody else's error": async (t) => {
    const good = Array.from({ length: 20 }, () => newJobs(3))
    const orphan = newJob({ parents: [{ id: 'nobody', otherwise: 'fail' }] })
    const huge = newJob({ payload: json('x'.repeat(t.backend.limits.payloadBytes)) })
    const bad = [[newJob(), orphan], [huge], [newJob(), newJob({ priority: 9 as 1 })]]
    const [ends, failures] = await Promise.all([
      Promise.all(good.map(async (jobs) => t.backend.jobs.enqueue({ jobs }))),
      Promise.allSettled(bad.map(async (jobs) => t.backend.jobs.enqueue({ jobs }))),
    ])
    assert.ok(ends.flat().every(({ status }) => status === 'inserted'))
    assert.deepEqual(
      failures.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    )
    assert.deepEqual(await t.counts(), { pending: 60 })
  },

  "one caller's held key is nobody else's duplicate": async (t) => {
    const [holder] = await t.enqueue(newJob({ uniqueKey: 'held' }))
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, async (_, at) => {
        const job =
          at % 3 === 0 ? newJob({ uniqueKey: 'held' }) : newJob({ uniqueKey: at % 3 === 1 ? `key-${at}` : null })
        return t.backend.jobs.enqueue({ jobs: [job] })
      }),
    )
    for (const [at, [outcome]] of outcomes.entries()) {
      assert.equal(outcome?.status, at % 3 === 0 ? 'duplicate' : 'inserted')
      if (at % 3 === 0) assert.equal(outcome?.id, holder)
    }
  },

  "one caller's abort is nobody else's": async (t) => {
    const controller = new AbortController()
    const mine = t.backend.jobs.enqueue({ jobs: [newJob()], signal: controller.signal })
    const others = Array.from({ length: 10 }, async () => t.backend.jobs.enqueue({ jobs: [newJob()] }))
    controller.abort()
    await Promise.allSettled([mine])
    assert.equal((await Promise.all(others)).flat().filter(({ status }) => status === 'inserted').length, 10)
  },

  "one caller's stale receipt or refused settlement is nobody else's": async (t) => {
    await t.enqueue(...newJobs(10))
    const leases = await t.leases()
    const orphan = newJob({ parents: [{ id: 'nobody', otherwise: 'fail' }] })
    const calls = leases.map(async ({ receipt }, at) =>
      t.settle(at === 0 ? complete('nobody', null) : complete(receipt, null, at === 1 ? [orphan] : [])),
    )
    const ends = await Promise.allSettled(calls)
    assert.deepEqual(
      ends.map((end) => (end.status === 'rejected' ? 'rejected' : end.value[0])),
      ['lost', 'rejected', ...Array<string>(8).fill('settled')],
    )
  },

  'what is enqueued in a transaction exists when it is committed, and not before': needs('transactions', async (t) => {
    const [first, second] = [newJob(), newJob()]
    const { tx, commit } = await begin(t)
    const outcomes = await t.backend.jobs.enqueue({ jobs: [first, second] }, tx)
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['inserted', 'inserted'],
    )
    await commit()
    assert.deepEqual(await t.states(first.id, second.id), ['pending', 'pending'])
    assert.equal((await t.claimIds()).length, 2)
  }),

  'what is enqueued in a transaction that is rolled back never existed': needs('transactions', async (t) => {
    const job = newJob({ uniqueKey: 'key' })
    const { tx, rollback } = await begin(t)
    await t.backend.jobs.enqueue({ jobs: [job] }, tx)
    await rollback()
    assert.deepEqual([await t.states(job.id), await t.claimIds()], [[null], []])
    await t.enqueue(newJob({ uniqueKey: 'key' }))
    assert.deepEqual(
      (await t.backend.events.read({ after: null, limit: 10 })).events.map(({ state }) => state),
      ['pending'],
    )
  }),

  'no hint is given for a transaction that is rolled back': needs(['transactions', 'wakeups'], async (t) => {
    const hints: Wakeup[] = []
    t.backend.wakeups?.subscribe((hint) => hints.push(hint))
    const { tx, rollback } = await begin(t)
    await t.backend.jobs.enqueue({ jobs: [newJob()] }, tx)
    await rollback()
    for (let turns = 0; turns < 10; turns += 1) await turn()
    assert.deepEqual(
      hints.filter(({ kind }) => kind !== 'resync'),
      [],
    )
  }),

  'a settlement in a transaction is recorded when it is committed': needs('transactions', async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    const rolledBack = await begin(t)
    const settlements = [complete(receipt, json('done'), [newJob({ id: 'next' })])]
    await t.backend.jobs.settle({ settlements }, rolledBack.tx)
    await rolledBack.rollback()
    assert.deepEqual(await t.states(id!, 'next'), ['running', null])
    const committed = await begin(t)
    assert.deepEqual(await t.backend.jobs.settle({ settlements }, committed.tx), ['settled'])
    await committed.commit()
    assert.deepEqual(await t.states(id!, 'next'), ['completed', 'pending'])
  }),

  'what is reported in a transaction is recorded with its settlement': needs('transactions', async (t) => {
    await t.enqueue(newJob())
    const { receipt, job } = await t.claimOne()
    const told = (message: string) => ({
      reports: [{ receipt, progress: json(message), logs: [{ at: 1, level: 'info' as const, message }] }],
    })
    const rolledBack = await begin(t)
    assert.deepEqual(await t.backend.jobs.report(told('never'), rolledBack.tx), ['recorded'])
    await rolledBack.rollback()
    const committed = await begin(t)
    assert.deepEqual(await t.backend.jobs.report(told('done'), committed.tx), ['recorded'])
    assert.deepEqual(await t.backend.jobs.settle({ settlements: [complete(receipt, null)] }, committed.tx), ['settled'])
    assert.deepEqual(await t.backend.jobs.report(told('late'), committed.tx), ['lost'])
    await committed.commit()
    const [details] = await t.backend.inspector.details({ ids: [job.id] })
    assert.deepEqual(
      details?.logs.map(({ message }) => message),
      ['done'],
    )
    assert.deepEqual(details?.progress, json('done'))
  }),

  "no open transaction of a user blocks another caller's enqueue": needs('transactions', async (t) => {
    const { tx, commit } = await begin(t)
    await t.backend.jobs.enqueue({ jobs: [newJob({ uniqueKey: 'mine' })] }, tx)
    await t.enqueue(newJob(), newJob({ uniqueKey: 'theirs' }))
    await commit()
    assert.deepEqual(await t.counts(), { pending: 3 })
  }),

  'a store without transactions refuses one': needs('no transactions', async (t) => {
    await assert.rejects(t.backend.jobs.enqueue({ jobs: [newJob()] }, {}), TypeError)
    await assert.rejects(t.backend.jobs.settle({ settlements: [] }, {}), TypeError)
    await assert.rejects(t.backend.jobs.report({ reports: [] }, {}), TypeError)
    assert.deepEqual(await t.counts(), {})
  }),
})

async function begin(t: TestStore): Promise<OpenTransaction<unknown>> {
  assert.ok(t.target.beginTx)
  return t.target.beginTx()
}
