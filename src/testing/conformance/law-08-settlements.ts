import assert from 'node:assert/strict'
import { cancel, complete, fail, release, retry, type Settlement } from '../../model/lease.js'
import { json, newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { claimParams, type TestStore } from './test-store.js'

export const settlements = chapter('Law 8: if settled, all of it is on record; if lost, nothing is', {
  'a completed job keeps its result': async (t) => {
    const [id] = await t.enqueue(newJob())
    const lease = await t.claimOne()
    const result = { json: '{"__proto__":1,"b":"\u2028"}', note: 'n' }
    await t.settled(complete(lease.receipt, result))
    const record = await t.job(id!)
    assert.deepEqual(record, {
      ...record,
      state: 'completed',
      result,
      failure: null,
      visibleAt: null,
      workerId: null,
      fence: lease.fence,
      cancelRequested: false,
      suspect: false,
    })
    assert.ok(record.finishedAt! >= lease.claimedAt && record.finishedAt! <= (await t.now()))
    assert.deepEqual(await t.claimIds(), [])
  },

  'a failed job keeps its reason and its last error': async (t) => {
    const reasons = ['exhausted', 'terminated', 'expired'] as const
    await t.enqueue(...newJobs(3))
    const leases = await t.leases()
    await t.settled(
      ...leases.map(({ receipt }, at) => fail(receipt, reasons[at]!, at === 2 ? null : `{"name":"E${at}"}`)),
    )
    const records = await t.backend.inspector.get({ ids: leases.map(({ job }) => job.id) })
    assert.deepEqual(
      records.map((record) => [record?.state, record?.failure, record?.error, record?.visibleAt]),
      [
        ['failed', 'exhausted', '{"name":"E0"}', null],
        ['failed', 'terminated', '{"name":"E1"}', null],
        ['failed', 'expired', null, null],
      ],
    )
  },

  'a failed job counts the try that its last attempt spent, and none when no attempt was run': async (t) => {
    await t.enqueue(newJob(), newJob())
    for (const lease of await t.leases()) await t.settled(retry(lease.receipt, { inMs: 0 }, '{}'))
    const [run, unrun] = await t.leases()
    await t.settled(
      fail(run!.receipt, 'exhausted', '{}', { spendsTry: true }),
      fail(unrun!.receipt, 'expired', null, { spendsTry: false }),
    )
    assert.equal((await t.job(run!.job.id)).tries, 2)
    assert.equal((await t.job(unrun!.job.id)).tries, 1)
  },

  'a job that calls itself off is cancelled with its reason': async (t) => {
    await t.enqueue(newJob(), newJob())
    const [a, b] = await t.leases()
    await t.settled(cancel(a!.receipt, 'not needed'), cancel(b!.receipt, null))
    const records = await t.backend.inspector.get({ ids: [a!.job.id, b!.job.id] })
    assert.deepEqual(
      records.map((record) => [record?.state, record?.cancelReason]),
      [
        ['cancelled', 'not needed'],
        ['cancelled', null],
      ],
    )
  },

  'the follow-ups of a settlement exist as soon as it is settled': async (t) => {
    await t.enqueue(newJob(), newJob())
    const [a, b] = await t.leases()
    const [first, second, third] = [newJob({ queue: 'other', payload: json(1) }), newJob(), newJob()]
    await t.settled(
      complete(a!.receipt, null, [first, second]),
      fail(b!.receipt, 'exhausted', null, { followUps: [third] }),
    )
    assert.deepEqual(await t.states(first.id, second.id, third.id), ['pending', 'pending', 'pending'])
    assert.deepEqual((await t.job(first.id)).payload, json(1))
    const lent = await t.claimIds({
      queues: [
        { queue: 'other', limit: 9 },
        { queue: 'queue', limit: 9 },
      ],
    })
    assert.deepEqual(lent.toSorted(), [first.id, second.id, third.id].toSorted())
  },

  'of a batch that is half lost, only the follow-ups of the settled half exist': needs('clock', async (t) => {
    await t.enqueue(newJob())
    const lost = await t.claimOne()
    await t.loseLeases()
    await t.enqueue(newJob())
    const held = await t.claimOne({ suspects: false })
    const [never, made] = [newJob(), newJob()]
    const outcomes = await t.settle(complete(lost.receipt, null, [never]), complete(held.receipt, null, [made]))
    assert.deepEqual(outcomes, ['lost', 'settled'])
    assert.deepEqual(await t.states(never.id, made.id), [null, 'pending'])
  }),

  'repeating a settlement makes its follow-ups once': async (t) => {
    await t.enqueue(newJob())
    const followUp = newJob()
    const once = complete((await t.claimOne()).receipt, null, [followUp])
    await t.settled(once)
    await t.backend.jobs.delete({ ids: [followUp.id] })
    await t.settled(once)
    assert.deepEqual(await t.states(followUp.id), [null])
  },

  'a follow-up that is on record already does not stand in the way': async (t) => {
    const followUp = newJob()
    await t.enqueue(newJob({ priority: 1 }), followUp)
    await t.settled(complete((await t.claimOne()).receipt, null, [followUp]))
    assert.deepEqual(await t.counts(), { completed: 1, pending: 1 })
  },

  'a follow-up may wait for the job that makes it and for another follow-up': async (t) => {
    const [id] = await t.enqueue(newJob())
    const first = newJob()
    const second = newJob({
      parents: [
        { id: first.id, otherwise: 'fail' },
        { id: id!, otherwise: 'fail' },
      ],
    })
    await t.settled(complete((await t.claimOne()).receipt, null, [first, second]))
    assert.deepEqual(await t.states(first.id, second.id), ['pending', 'blocked'])
    await t.settled(complete((await t.claimOne()).receipt, null))
    assert.deepEqual(await t.claimIds(), [second.id])
  },

  'a settlement whose follow-up waits for an unknown job is refused, and nothing of the batch is recorded': async (
    t,
  ) => {
    await t.enqueue(newJob(), newJob())
    const [a, b] = await t.leases()
    const orphan = newJob({ parents: [{ id: 'nobody', otherwise: 'fail' }] })
    const batch = [complete(a!.receipt, null, [newJob()]), complete(b!.receipt, null, [orphan])]
    await refused(t, batch, 'PARENT_UNKNOWN')
    await t.settled(release(a!.receipt), release(b!.receipt))
  },

  'a settlement that is larger than the limits is refused, and nothing of the batch is recorded': async (t) => {
    const { resultBytes, payloadBytes, settleItems } = t.backend.limits
    await t.enqueue(newJob(), newJob())
    const [a, b] = await t.leases()
    const small = complete(a!.receipt, null)
    await refused(t, [small, complete(b!.receipt, json('x'.repeat(resultBytes - 1)))], 'PAYLOAD_TOO_LARGE')
    const followUp = newJob({ payload: json('x'.repeat(payloadBytes - 1)) })
    await refused(t, [small, complete(b!.receipt, null, [followUp])], 'PAYLOAD_TOO_LARGE')
    const many = Array.from({ length: settleItems }, (_, at) => release(`nobody-${at}`))
    await refused(t, [small, ...many], 'BATCH_TOO_LARGE')
    await t.settled(complete(a!.receipt, json('x'.repeat(resultBytes - 2))), release(b!.receipt))
  },

  'a running job whose cancel was requested ends cancelled whatever its settlement says, and without follow-ups':
    async (t) => {
      const ways: readonly ((receipt: string, followUp: Settlement & { kind: 'complete' }) => Settlement)[] = [
        (receipt, { followUps }) => complete(receipt, json('done'), followUps),
        (receipt) => retry(receipt, { inMs: 0 }, '{}'),
        (receipt) => release(receipt),
        (receipt, { followUps }) => fail(receipt, 'exhausted', null, { followUps }),
        (receipt) => ({ kind: 'snooze', receipt, due: { inMs: 0 } }),
        (receipt) => ({ kind: 'again', receipt, due: { inMs: 0 }, payload: null }),
      ]
      for (const way of ways) {
        const [id] = await t.enqueue(newJob())
        const { receipt } = await t.claimOne()
        assert.deepEqual(await t.backend.jobs.cancel({ ids: [id!], reason: 'stop' }), ['requested'])
        const followUp = newJob()
        const settlement = way(receipt, { kind: 'complete', receipt, result: null, followUps: [followUp] })
        await t.settled(settlement)
        await t.settled(settlement)
        const record = await t.job(id!)
        assert.deepEqual([record.state, record.cancelReason, record.result], ['cancelled', 'stop', null])
        assert.deepEqual(await t.states(followUp.id), [null])
      }
      assert.deepEqual(await t.claimIds(), [])
    },

  'exchange keeps the same promises': needs('clock', async (t) => {
    await t.enqueue(newJob())
    const lost = await t.claimOne()
    await t.loseLeases()
    await t.enqueue(newJob({ priority: 1 }))
    const held = await t.claimOne({ suspects: false })
    const [never, made] = [newJob(), newJob()]
    const batch = [complete(lost.receipt, null, [never]), complete(held.receipt, null, [made])]
    const given = await t.backend.jobs.exchange({ settlements: batch, claim: claimParams({ suspects: false }) })
    assert.deepEqual(given.outcomes, ['lost', 'settled'])
    assert.deepEqual(
      given.leases.map(({ job }) => job.id),
      [made.id],
    )
    assert.deepEqual(await t.states(never.id), [null])
  }),
})

async function refused(t: TestStore, batch: readonly Settlement[], code: string): Promise<void> {
  const before = await t.backend.inspector.counts({})
  await assert.rejects(t.settle(...batch), { code })
  assert.deepEqual(await t.backend.inspector.counts({}), before)
}
