import assert from 'node:assert/strict'
import { again, release, retry, snooze } from '../../model/lease.js'
import { json, newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { claimParams, LEASE_MS } from './test-store.js'

export const leases = chapter('Law 3: a job has at most one live lease', {
  'a lease tells everything that a worker has to know': async (t) => {
    const before = await t.now()
    const [id] = await t.enqueue(
      newJob({ payload: json({ a: 1 }), headers: '{"h":"1"}', priority: 2, maxTries: 4, deadline: before + 90_000 }),
    )
    const lease = await t.claimOne({ workerId: 'me', leaseMs: 5_000 })
    const record = await t.job(id!)
    assert.equal(lease.leaseUntil, lease.claimedAt + 5_000)
    assert.ok(lease.claimedAt >= before && lease.claimedAt <= (await t.now()))
    assert.deepEqual([lease.fence, lease.suspect, typeof lease.receipt], [1, false, 'string'])
    assert.deepEqual(lease.job, {
      id,
      task: 'task',
      queue: 'queue',
      priority: 2,
      payload: json({ a: 1 }),
      headers: '{"h":"1"}',
      enqueuedAt: record.enqueuedAt,
      dueAt: record.enqueuedAt,
      deadline: before + 90_000,
      tries: 0,
      maxTries: 4,
      iterations: 0,
      tick: null,
    })
    assert.deepEqual([record.state, record.workerId, record.visibleAt], ['running', 'me', lease.leaseUntil])
    assert.deepEqual([record.fence, record.tries, record.suspect], [1, 0, false])
  },

  'a job that is lent is given to nobody else': needs('clock', async (t) => {
    await t.enqueue(newJob())
    await t.claimOne()
    assert.deepEqual(await t.claimIds({ workerId: 'other' }), [])
    await t.advance(LEASE_MS - 1)
    assert.deepEqual(await t.claimIds({ workerId: 'other' }), [])
  }),

  'claims at one time never share a job': async (t) => {
    const ids = await t.enqueue(...newJobs(200))
    const claims = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => t.claimIds({ workerId: `worker-${at}`, limit: 7 })),
    )
    assert.deepEqual(claims.flat().toSorted(), ids.toSorted())
  },

  'claims through two handles at one time never share a job': needs('second', async (t) => {
    const ids = await t.enqueue(...newJobs(200))
    const other = await t.second()
    const claims = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => t.claim({ limit: 7 }, at % 2 === 0 ? t.backend : other)),
    )
    assert.deepEqual(claims.flatMap((claim) => claim.leases.map(({ job }) => job.id)).toSorted(), ids.toSorted())
  }),

  'every lease has a receipt of its own': async (t) => {
    await t.enqueue(...newJobs(50))
    const first = await t.leases()
    await t.settled(...first.map(({ receipt }) => release(receipt)))
    const second = await t.leases()
    assert.equal(new Set([...first, ...second].map(({ receipt }) => receipt)).size, 100)
  },

  'an extended lease is kept for its new length from now': needs('clock', async (t) => {
    await t.enqueue(newJob())
    const { receipt, job } = await t.claimOne()
    await t.advance(LEASE_MS - 1)
    assert.deepEqual(await t.backend.jobs.extend({ receipts: [receipt], leaseMs: 50_000 }), ['extended'])
    assert.equal((await t.job(job.id)).visibleAt, (await t.now()) + 50_000)
    await t.advance(49_999)
    await t.tickAll()
    assert.deepEqual(await t.claimIds({ workerId: 'other' }), [])
    await t.settled(release(receipt))
  }),

  'a claim gives no more than it was asked for, in all and of each queue': async (t) => {
    await t.enqueue(...newJobs(20, { queue: 'a' }), ...newJobs(20, { queue: 'b' }))
    const ask = async (limit: number, a: number, b: number): Promise<readonly number[]> => {
      const queues = [
        { queue: 'a', limit: a },
        { queue: 'b', limit: b },
      ]
      const lent = await t.leases({ limit, queues })
      return ['a', 'b'].map((queue) => lent.filter(({ job }) => job.queue === queue).length)
    }
    assert.deepEqual(await ask(10, 3, 2), [3, 2])
    assert.deepEqual(await ask(4, 1, 9), [1, 3])
    assert.equal(
      (await ask(3, 9, 9)).reduce((sum, count) => sum + count),
      3,
    )
  },

  'a claim looks only into the queues that it names': async (t) => {
    await t.enqueue(newJob({ queue: 'a' }))
    assert.deepEqual(
      await t.claimIds({
        queues: [
          { queue: 'b', limit: 9 },
          { queue: 'nobody', limit: 9 },
        ],
      }),
      [],
    )
  },

  'a claim over several queues gives of each of them': async (t) => {
    await t.enqueue(...newJobs(50, { queue: 'a' }), ...newJobs(50, { queue: 'b' }))
    const queues = [
      { queue: 'a', limit: 10 },
      { queue: 'b', limit: 10 },
    ]
    const lent = await t.leases({ limit: 10, queues })
    assert.equal(lent.length, 10)
    assert.deepEqual(new Set(lent.map(({ job }) => job.queue)), new Set(['a', 'b']))
  },

  'release gives a job back unstarted, at once, in its old place, and without a try spent': async (t) => {
    const [first, second] = await t.enqueue(newJob(), newJob())
    const before = await t.job(first!)
    const lease = await t.claimOne()
    await t.settled(release(lease.receipt))
    const after = await t.job(first!)
    assert.deepEqual({ ...after, fence: 0 }, before)
    assert.deepEqual(await t.claimIds(), [first, second])
  },

  'a job past its deadline, or out of tries, is lent like any other': needs('clock', async (t) => {
    const [late] = await t.enqueue(newJob({ deadline: (await t.now()) + 1_000 }))
    await t.advance(5_000)
    const lease = await t.claimOne()
    assert.equal(lease.job.id, late)
    await t.settled(retry(lease.receipt, { inMs: 0 }, '{}'))
    const [spent] = await t.enqueue(newJob({ maxTries: 1, priority: 1 }))
    await t.settled(retry((await t.claimOne()).receipt, { inMs: 0 }, '{}'))
    const again = await t.claimOne()
    assert.deepEqual([again.job.id, again.job.tries, again.job.maxTries], [spent, 1, 1])
  }),

  'snooze spends no try': needs('clock', async (t) => {
    const [id] = await t.enqueue(newJob())
    await t.settled(snooze((await t.claimOne()).receipt, { inMs: 500 }))
    const record = await t.job(id!)
    assert.deepEqual([record.state, record.tries, record.visibleAt], ['pending', 0, (await t.now()) + 500])
  }),

  'retry spends a try and keeps the error': async (t) => {
    const [id] = await t.enqueue(newJob())
    await t.settled(retry((await t.claimOne()).receipt, { inMs: 0 }, '{"name":"E","message":"1"}'))
    await t.settled(retry((await t.claimOne()).receipt, { inMs: 0 }, '{"name":"E","message":"2"}'))
    const record = await t.job(id!)
    assert.deepEqual([record.state, record.tries, record.error], ['pending', 2, '{"name":"E","message":"2"}'])
    assert.equal((await t.claimOne()).job.tries, 2)
  },

  'the next iteration has its own params and all its tries': async (t) => {
    const [id] = await t.enqueue(newJob({ payload: json('first') }))
    await t.settled(retry((await t.claimOne()).receipt, { inMs: 0 }, '{}'))
    await t.settled(again((await t.claimOne()).receipt, { inMs: 0 }, { json: '"second"', note: 'n' }))
    const { job } = await t.claimOne()
    assert.deepEqual([job.id, job.tries, job.iterations, job.payload], [id, 0, 1, { json: '"second"', note: 'n' }])
    const [copy] = await t.backend.inspector.get({ ids: [id!] })
    assert.deepEqual([copy?.tries, copy?.iterations, copy?.payload], [0, 1, { json: '"second"', note: 'n' }])
  },

  'exchange settles and claims in one call': async (t) => {
    const [first, second] = await t.enqueue(newJob(), newJob())
    const lease = await t.claimOne()
    const settlements = [release('nobody'), release(lease.receipt)]
    const { leases: lent, outcomes } = await t.backend.jobs.exchange({ settlements, claim: claimParams() })
    assert.deepEqual(outcomes, ['lost', 'settled'])
    assert.deepEqual(
      lent.map(({ job, fence }) => [job.id, fence]),
      [
        [first, 2],
        [second, 1],
      ],
    )
  },

  'exchange settles also when nothing can be claimed': async (t) => {
    const [id] = await t.enqueue(newJob())
    const lease = await t.claimOne()
    const settlements = [retry(lease.receipt, { inMs: 60_000 }, '{}')]
    const given = await t.backend.jobs.exchange({ settlements, claim: claimParams() })
    assert.deepEqual([given.leases, given.outcomes], [[], ['settled']])
    assert.equal((await t.job(id!)).state, 'pending')
  },
})
