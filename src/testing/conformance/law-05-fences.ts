import assert from 'node:assert/strict'
import type { NewJob } from '../../model/job.js'
import {
  again,
  cancel,
  complete,
  fail,
  release,
  retry,
  snooze,
  type Lease,
  type Settlement,
} from '../../model/lease.js'
import { json, newJob } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { claimParams, type TestStore } from './test-store.js'

export const fences = chapter('Law 5: a stale receipt changes nothing', {
  'whatever is settled under a lost lease is lost and changes nothing': needs('clock', async (t) => {
    const lease = await zombie(t)
    for (const settlement of everySettlement(lease)) await changesNothing(t, lease, settlement)
  }),

  'the same holds while another worker runs the job': needs('clock', async (t) => {
    const lease = await zombie(t)
    await t.claimOne({ workerId: 'other' })
    for (const settlement of everySettlement(lease)) await changesNothing(t, lease, settlement)
  }),

  'the same holds when the job was taken back twice': needs('clock', async (t) => {
    const lease = await zombie(t)
    const second = await t.claimOne()
    await t.loseLeases()
    for (const settlement of [...everySettlement(lease), ...everySettlement(second)]) {
      await changesNothing(t, lease, settlement)
    }
  }),

  'the same holds when the job has finished under a later lease': needs('clock', async (t) => {
    const lease = await zombie(t)
    await t.settled(complete((await t.claimOne()).receipt, json('theirs')))
    for (const settlement of everySettlement(lease)) await changesNothing(t, lease, settlement)
    assert.deepEqual((await t.job(lease.job.id)).result, json('theirs'))
  }),

  'extending and reporting under a lost lease are lost and change nothing': needs('clock', async (t) => {
    const lease = await zombie(t)
    await staysLost(t, lease)
    await t.claimOne()
    await staysLost(t, lease)
    await t.loseLeases()
    await staysLost(t, lease)
  }),

  'extending and reporting after the settlement are lost and change nothing': async (t) => {
    await t.enqueue(newJob(), newJob())
    const [first, second] = await t.leases()
    await t.settled(complete(first!.receipt, null), retry(second!.receipt, { inMs: 0 }, '{}'))
    await staysLost(t, first!)
    await staysLost(t, second!)
  },

  'repeating the settlement that won says settled and changes nothing': async (t) => {
    for (const settlement of everySettlement({ receipt: '' })) {
      await t.enqueue(newJob())
      const { receipt, job } = await t.claimOne()
      const winner = { ...settlement, receipt }
      await t.settled(winner)
      const before = await snapshot(t, job.id)
      await t.settled(winner, winner)
      assert.deepEqual(await snapshot(t, job.id), before)
      await t.backend.jobs.delete({ ids: [job.id] })
    }
  },

  'the settlement that won still says settled after the job was lent, taken back and lent again': needs(
    'clock',
    async (t) => {
      const [id] = await t.enqueue(newJob())
      const winner = retry((await t.claimOne()).receipt, { inMs: 0 }, '{}')
      await t.settled(winner)
      for (let lost = 0; lost < 2; lost += 1) {
        await t.claimOne()
        await t.settled(winner)
        await t.loseLeases()
        await t.settled(winner)
      }
      const { receipt } = await t.claimOne()
      const before = await snapshot(t, id!)
      await t.settled(winner)
      assert.deepEqual(await snapshot(t, id!), before)
      await t.settled(complete(receipt, null))
    },
  ),

  'another word under the receipt that has settled changes nothing': async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    await t.settled(release(receipt))
    const before = await snapshot(t, id!)
    await t.settled(complete(receipt, json('late')))
    assert.deepEqual(await snapshot(t, id!), before)
  },

  'an exchange that is repeated says settled again, and one under a lost lease says lost': needs('clock', async (t) => {
    await t.enqueue(newJob(), newJob())
    const [first, second] = await t.leases()
    const settlements = [complete(first!.receipt, json('mine'))]
    const claim = claimParams({ queues: [{ queue: 'other', limit: 1 }] })
    const { jobs } = t.backend
    assert.deepEqual((await jobs.exchange({ settlements, claim })).outcomes, ['settled'])
    const before = await snapshot(t, first!.job.id)
    assert.deepEqual((await jobs.exchange({ settlements, claim })).outcomes, ['settled'])
    assert.deepEqual(await snapshot(t, first!.job.id), before)
    await t.loseLeases()
    const late = [...settlements, complete(second!.receipt, null)]
    assert.deepEqual((await jobs.exchange({ settlements: late, claim })).outcomes, ['settled', 'lost'])
    assert.equal((await t.job(second!.job.id)).state, 'pending')
  }),

  'a settlement that comes twice in one call takes effect once': async (t) => {
    const [id] = await t.enqueue(newJob())
    const once = retry((await t.claimOne()).receipt, { inMs: 0 }, '{}')
    await t.settled(once, once)
    assert.equal((await t.job(id!)).tries, 1)
  },

  'fences only grow, over retry, snooze, release, the next iteration, a lost lease and a retry by hand': needs(
    'clock',
    async (t) => {
      const [id] = await t.enqueue(newJob())
      const seen: number[] = []
      const lend = async (): Promise<Lease> => {
        const lease = await t.claimOne()
        seen.push(lease.fence)
        return lease
      }
      await t.settled(retry((await lend()).receipt, { inMs: 0 }, '{}'))
      await t.settled(snooze((await lend()).receipt, { inMs: 0 }))
      await t.settled(release((await lend()).receipt))
      await t.settled(again((await lend()).receipt, { inMs: 0 }, null))
      await lend()
      await t.loseLeases()
      await t.settled(complete((await lend()).receipt, null))
      assert.ok((await t.job(id!)).fence >= seen.at(-1)!, 'the fence stays with the finished record')
      await t.backend.jobs.retry({ ids: [id!] })
      await lend()
      assert.deepEqual(
        seen,
        [...new Set(seen)].toSorted((a, b) => a - b),
      )
    },
  ),

  'a retry by hand makes the receipt of the finished attempt no better': async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    await t.settled(fail(receipt, 'exhausted', null))
    await t.backend.jobs.retry({ ids: [id!] })
    await t.claimOne()
    const before = await snapshot(t, id!)
    await t.settled(fail(receipt, 'exhausted', null))
    assert.deepEqual(await t.backend.jobs.extend({ receipts: [receipt], leaseMs: 60_000 }), ['lost'])
    assert.deepEqual(await snapshot(t, id!), before)
  },

  'a receipt of a record that was deleted is lost, also when its id is used again': async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    await t.settled(release(receipt))
    await t.backend.jobs.delete({ ids: [id!] })
    assert.deepEqual(await t.settle(complete(receipt, null)), ['lost'])
    await t.enqueue(newJob({ id: id! }))
    const lease = await t.claimOne()
    assert.notEqual(lease.receipt, receipt)
    assert.deepEqual(await t.settle(complete(receipt, null)), ['lost'])
    assert.equal((await t.job(id!)).state, 'running')
  },

  'a text that was never a receipt is lost': async (t) => {
    await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    const forged = [
      '',
      'nonsense',
      '1',
      '1.1.1',
      '-1.1',
      '1.-1',
      '9007199254740993.1',
      `${receipt}0`,
      ` ${receipt}`,
      '🙂'.repeat(200),
    ]
    assert.deepEqual(
      await t.settle(...forged.map((text) => complete(text, null))),
      forged.map(() => 'lost'),
    )
    assert.deepEqual(
      await t.backend.jobs.extend({ receipts: forged, leaseMs: 60_000 }),
      forged.map(() => 'lost'),
    )
    assert.deepEqual(await t.counts(), { running: 1 })
  },
})

/** A lease that has been lost, and its job waits again. */
async function zombie(t: TestStore): Promise<Lease> {
  await t.enqueue(newJob())
  const lease = await t.claimOne()
  await t.loseLeases()
  return lease
}

function everySettlement(
  { receipt }: { readonly receipt: string },
  followUps?: readonly NewJob[],
): readonly Settlement[] {
  return [
    complete(receipt, json('mine'), followUps),
    retry(receipt, { inMs: 0 }, '{"name":"E","message":"mine"}'),
    snooze(receipt, { inMs: 1 }),
    release(receipt),
    again(receipt, { inMs: 0 }, json('mine')),
    fail(receipt, 'terminated', '{"name":"E","message":"mine"}', { followUps }),
    cancel(receipt, 'mine'),
  ]
}

async function changesNothing(t: TestStore, { job }: Lease, settlement: Settlement): Promise<void> {
  const followUp = newJob()
  const before = await snapshot(t, job.id)
  assert.deepEqual(await t.settle({ ...settlement, followUps: [followUp] } as Settlement), ['lost'])
  assert.deepEqual(await snapshot(t, job.id), before)
  assert.deepEqual(await t.states(followUp.id), [null])
}

async function staysLost(t: TestStore, { receipt, job }: Lease): Promise<void> {
  const before = await snapshot(t, job.id)
  assert.deepEqual(await t.backend.jobs.extend({ receipts: [receipt], leaseMs: 60_000 }), ['lost'])
  const logs = [{ at: 0, level: 'info' as const, message: 'mine' }]
  const report = { receipt, progress: json('mine'), logs, steps: [{ key: 'mine', value: json(1) }] }
  assert.deepEqual(await t.backend.jobs.report({ reports: [report] }), ['lost'])
  assert.deepEqual(await snapshot(t, job.id), before)
}

/** Everything that a stale receipt could change. */
async function snapshot(t: TestStore, id: string): Promise<unknown> {
  const { inspector, events } = t.backend
  return [
    await inspector.get({ ids: [id] }),
    await inspector.details({ ids: [id] }),
    await inspector.counts({}),
    await events.latest({}),
  ]
}
