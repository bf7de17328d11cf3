import assert from 'node:assert/strict'
import type { NewJob } from '../../model/job.js'
import { complete } from '../../model/lease.js'
import { json, newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { AWKWARD_NAMES, AWKWARD_TEXTS } from './awkward-texts.js'
import type { TestStore } from './test-store.js'

const DAY_MS = 86_400_000

export const enqueue = chapter('Law 2: enqueue is all or nothing, durable, and idempotent by id', {
  'a job is kept as it was given': async (t) => {
    const before = await t.now()
    const job: NewJob = {
      id: 'a job of mine',
      task: 'mail:send',
      queue: 'mail',
      priority: 2,
      payload: { json: '{"when":"2025-01-01"}', note: '[["when","Date"]]' },
      headers: '{"traceparent":"00-1-2-03"}',
      due: { at: before - 5 },
      deadline: before + DAY_MS,
      maxTries: 7,
      uniqueKey: 'mail:in_1',
      tick: { schedule: 'daily', tick: before - 1_000, late: 3, missed: 2 },
      parents: [],
    }
    await t.enqueue(job)
    const { due: _due, parents: _parents, ...same } = job
    const record = await t.job(job.id)
    assert.ok(record.enqueuedAt >= before && record.enqueuedAt <= (await t.now()))
    assert.deepEqual(record, {
      ...same,
      state: 'pending',
      failure: null,
      cancelReason: null,
      enqueuedAt: record.enqueuedAt,
      visibleAt: before - 5,
      finishedAt: null,
      tries: 0,
      iterations: 0,
      fence: 0,
      suspect: false,
      workerId: null,
      cancelRequested: false,
      result: null,
      error: null,
    })
  },

  'payload, note, headers and params come back byte for byte, whatever they hold': async (t) => {
    // Only a payload may be as large as its limit.
    const besides = AWKWARD_TEXTS.map((text) => (text.length < 1_000 ? text : null))
    const jobs = AWKWARD_TEXTS.map((text, at) =>
      newJob({ payload: { json: text, note: besides[at]! }, headers: besides[at]! }),
    )
    await t.enqueue(...jobs)
    const leases = await t.leases()
    for (const [at, text] of AWKWARD_TEXTS.entries()) {
      const { id } = jobs[at]!
      const record = await t.job(id)
      const lent = leases.find(({ job }) => job.id === id)?.job
      const expected = [{ json: text, note: besides[at] }, besides[at]]
      assert.deepEqual([record.payload, record.headers], expected)
      assert.deepEqual([lent?.payload, lent?.headers], expected)
    }
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  },

  'ids and keys of any characters, and names that mean something to a program, are told apart': async (t) => {
    const jobs = AWKWARD_NAMES.map((name) => newJob({ id: name, uniqueKey: name }))
    await t.enqueue(...jobs)
    const records = await t.backend.inspector.get({ ids: AWKWARD_NAMES })
    assert.deepEqual(
      records.map((record) => [record?.id, record?.uniqueKey]),
      AWKWARD_NAMES.map((name) => [name, name]),
    )
    assert.deepEqual(await t.claimIds(), AWKWARD_NAMES)
    const [id] = await t.enqueue(newJob({ queue: '__proto__', task: 'constructor' }))
    const claim = { queues: [{ queue: '__proto__', limit: 1 }], tasks: ['toString', 'constructor', '__proto__'] }
    assert.deepEqual(await t.claimIds(claim), [id])
    const counts = await t.backend.inspector.counts({ queues: ['__proto__'] })
    assert.deepEqual(new Set(counts.map(({ queue, task }) => `${queue} ${task}`)), new Set(['__proto__ constructor']))
  },

  'a payload of exactly the limit is taken, and one byte more is refused before anything is written': async (t) => {
    const { payloadBytes } = t.backend.limits
    const text = (bytes: number): string =>
      JSON.stringify('é'.repeat(Math.floor((bytes - 2) / 2)) + 'x'.repeat((bytes - 2) % 2))
    const exact = newJob({ payload: { json: text(payloadBytes), note: null } })
    assert.equal(Buffer.byteLength(exact.payload!.json), payloadBytes)
    await t.enqueue(exact)
    assert.deepEqual((await t.job(exact.id)).payload, exact.payload)
    const larger = newJob({ payload: { json: text(payloadBytes + 1), note: null } })
    await refused(t, [newJob(), larger, newJob()], 'PAYLOAD_TOO_LARGE')
  },

  'more jobs than the store takes at a time are refused, and none of them is written': async (t) => {
    await refused(t, newJobs(t.backend.limits.enqueueItems + 1), 'BATCH_TOO_LARGE')
  },

  'as many jobs as the store takes at a time are taken': async (t) => {
    await t.enqueue(...newJobs(t.backend.limits.enqueueItems))
    assert.deepEqual(await t.counts(), { pending: t.backend.limits.enqueueItems })
  },

  'more bytes than the store takes at a time are refused, and none of them is written': async (t) => {
    const { enqueueBytes, enqueueItems, payloadBytes } = t.backend.limits
    const payload = json('x'.repeat(payloadBytes - 2))
    const count = Math.floor(enqueueBytes / payloadBytes) + 1
    if (count <= enqueueItems) await refused(t, newJobs(count, { payload }), 'BATCH_TOO_LARGE')
  },

  'a batch with one unknown parent writes nothing': async (t) => {
    const orphan = newJob({ parents: [{ id: 'nobody', otherwise: 'fail' }] })
    await refused(t, [newJob(), orphan, newJob({ uniqueKey: 'free' })], 'PARENT_UNKNOWN')
    await t.enqueue(newJob({ uniqueKey: 'free' }))
  },

  'the same id again changes nothing, whatever the rest says': async (t) => {
    const [id] = await t.enqueue(newJob({ payload: json(1) }))
    const before = await t.job(id!)
    const again = newJob({
      id: id!,
      payload: json(2),
      priority: 1,
      queue: 'other',
      due: { inMs: 5_000 },
      uniqueKey: 'key',
    })
    await duplicate(t, again, id!, 'id')
    assert.deepEqual(await t.job(id!), before)
    await t.enqueue(newJob({ uniqueKey: 'key' }))
  },

  'the same id again is a duplicate for as long as the record lives, also when the job has finished': async (t) => {
    const [id] = await t.enqueue(newJob())
    const lease = await t.claimOne()
    await duplicate(t, newJob({ id: id! }), id!, 'id')
    await t.settled(complete(lease.receipt, null))
    await duplicate(t, newJob({ id: id! }), id!, 'id')
    assert.deepEqual(await t.claimIds(), [])
    assert.deepEqual(await t.backend.jobs.delete({ ids: [id!] }), ['deleted'])
    await t.enqueue(newJob({ id: id! }))
  },

  'a duplicate whose parent is gone is still a duplicate': async (t) => {
    const [parent] = await t.enqueue(newJob())
    const child = newJob({ parents: [{ id: parent!, otherwise: 'fail' }] })
    await t.settled(complete((await t.claimOne()).receipt, null))
    await t.enqueue(child)
    assert.deepEqual(await t.backend.jobs.delete({ ids: [parent!] }), ['deleted'])
    await duplicate(t, child, child.id, 'id')
  },

  'an id that comes twice in one call is stored once, as its first place says': async (t) => {
    const [first, second] = [newJob({ payload: json(1) }), newJob({ payload: json(2) })]
    const outcomes = await t.backend.jobs.enqueue({ jobs: [first, { ...second, id: first.id }] })
    assert.deepEqual(outcomes, [
      { status: 'inserted', id: first.id },
      { status: 'duplicate', id: first.id, by: 'id' },
    ])
    assert.deepEqual((await t.job(first.id)).payload, json(1))
    assert.deepEqual(await t.counts(), { pending: 1 })
  },

  'a hundred callers with one id at one time store one job': async (t) => {
    const job = newJob()
    const outcomes = await Promise.all(Array.from({ length: 100 }, async () => t.backend.jobs.enqueue({ jobs: [job] })))
    assert.equal(outcomes.filter(([outcome]) => outcome?.status === 'inserted').length, 1)
    assert.deepEqual(new Set(outcomes.map(([outcome]) => outcome?.id)), new Set([job.id]))
    assert.deepEqual(await t.counts(), { pending: 1 })
  },

  'what was acknowledged is there for every other handle': needs('second', async (t) => {
    const ids = await t.enqueue(...newJobs(20, { payload: json('kept') }))
    const other = await t.second()
    const records = await other.inspector.get({ ids })
    assert.deepEqual(
      records.map((record) => record?.payload),
      ids.map(() => json('kept')),
    )
  }),

  'what was acknowledged is there after the store was closed and opened again': needs('second', async (t) => {
    const ids = await t.enqueue(...newJobs(20))
    const lease = await t.claimOne()
    await t.settled(complete(lease.receipt, json('result')))
    await t.backend.close()
    const other = await t.second()
    const records = await other.inspector.get({ ids })
    assert.equal(records.filter((record) => record?.state === 'pending').length, 19)
    assert.deepEqual(records.find((record) => record?.state === 'completed')?.result, json('result'))
  }),
})

async function refused(t: TestStore, jobs: readonly NewJob[], code: string): Promise<void> {
  await assert.rejects(t.backend.jobs.enqueue({ jobs }), { code })
  assert.deepEqual(new Set(await t.states(...jobs.slice(0, 1_000).map(({ id }) => id))), new Set([null]))
  const seen = new Set(jobs.map(({ id }) => id))
  assert.deepEqual(
    (await t.claimIds({ limit: 1_000 })).filter((id) => seen.has(id)),
    [],
  )
}

async function duplicate(t: TestStore, job: NewJob, id: string, by: 'id' | 'unique'): Promise<void> {
  assert.deepEqual(await t.backend.jobs.enqueue({ jobs: [job] }), [{ status: 'duplicate', id, by }])
}
