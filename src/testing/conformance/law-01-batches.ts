import assert from 'node:assert/strict'
import { complete, release, retry } from '../../model/lease.js'
import { json, newJob } from '../new-job.js'
import { newSchedule } from '../new-schedule.js'
import { chapter } from './chapter.js'

export const batches = chapter('Law 1: batch in, batch out', {
  'each outcome of enqueue belongs to the job in its place': async (t) => {
    const [old] = await t.enqueue(newJob())
    const [first, last] = [newJob(), newJob()]
    assert.deepEqual(await t.backend.jobs.enqueue({ jobs: [first, newJob({ id: old! }), last] }), [
      { status: 'inserted', id: first.id },
      { status: 'duplicate', id: old, by: 'id' },
      { status: 'inserted', id: last.id },
    ])
  },

  'each outcome of extend, report and settle belongs to the receipt in its place': async (t) => {
    await t.enqueue(newJob(), newJob(), newJob())
    const [a, b, c] = await t.leases()
    const receipts = [a!.receipt, 'nobody', b!.receipt, c!.receipt]
    const { jobs } = t.backend
    assert.deepEqual(await jobs.extend({ receipts, leaseMs: 60_000 }), ['extended', 'lost', 'extended', 'extended'])
    const reports = receipts.map((receipt) => ({ receipt, progress: json(1) }))
    assert.deepEqual(await jobs.report({ reports }), ['recorded', 'lost', 'recorded', 'recorded'])
    assert.deepEqual(
      await t.settle(
        complete(a!.receipt, json('a')),
        complete('nobody', json('n')),
        retry(b!.receipt, { inMs: 60_000 }, '{}'),
        release(c!.receipt),
      ),
      ['settled', 'lost', 'settled', 'settled'],
    )
    assert.deepEqual(await t.states(a!.job.id, b!.job.id, c!.job.id), ['completed', 'pending', 'pending'])
    assert.deepEqual((await t.job(a!.job.id)).result, json('a'))
  },

  'each outcome of cancel, retry and delete belongs to the id in its place': async (t) => {
    const [a, b, c] = await t.enqueue(newJob({ priority: 1 }), newJob(), newJob())
    await t.claimOne()
    const { jobs } = t.backend
    assert.deepEqual(await jobs.cancel({ ids: [b!, 'nobody', a!], reason: null }), [
      'cancelled',
      'unknown',
      'requested',
    ])
    assert.deepEqual(await jobs.retry({ ids: [a!, c!, 'nobody', b!] }), ['running', 'pending', 'unknown', 'retried'])
    assert.deepEqual(await jobs.delete({ ids: ['nobody', c!, a!, b!] }), ['unknown', 'deleted', 'running', 'deleted'])
    assert.deepEqual(await t.states(a!, b!, c!), ['running', null, null])
  },

  'each answer of the inspector and of the edges belongs to the id in its place': async (t) => {
    const [a, b] = await t.enqueue(newJob(), newJob())
    const ids = [b!, 'nobody', a!]
    const records = await t.backend.inspector.get({ ids })
    assert.deepEqual(
      records.map((record) => record?.id ?? null),
      [b, null, a],
    )
    const details = await t.backend.inspector.details({ ids })
    assert.deepEqual(
      details.map((one) => one?.logs ?? null),
      [[], null, []],
    )
    const [child] = await t.enqueue(newJob({ parents: [{ id: a!, otherwise: 'fail' }] }))
    const edges = await t.backend.edges.get({ ids: ['nobody', child!, a!] })
    assert.deepEqual(edges, [
      { parents: [], children: [] },
      { parents: [{ id: a, otherwise: 'fail', resolved: false }], children: [] },
      { parents: [], children: [{ id: child, otherwise: 'fail', resolved: false }] },
    ])
  },

  'each outcome about schedules belongs to the name in its place': async (t) => {
    const { schedules } = t.backend
    const put = await schedules.put({ schedules: [newSchedule('b'), newSchedule('a'), newSchedule('b')] })
    assert.deepEqual(
      put.map(({ status, record }) => [status, record?.name]),
      [
        ['created', 'b'],
        ['created', 'a'],
        ['unchanged', 'b'],
      ],
    )
    const got = await schedules.get({ names: ['a', 'nobody', 'b'] })
    assert.deepEqual(
      got.map((record) => record?.name ?? null),
      ['a', null, 'b'],
    )
    const changes = ['nobody', 'a'].map((name) => ({ name, paused: true, nextTickAt: null }))
    assert.deepEqual(await schedules.pause({ changes }), ['unknown', 'changed'])
    assert.deepEqual(await schedules.remove({ names: ['b', 'nobody', 'a', 'a'] }), [
      'removed',
      'unknown',
      'removed',
      'unknown',
    ])
  },

  'each outcome about locks belongs to the lock in its place': async (t) => {
    const { locks } = t.backend
    const asked = [
      ['a', 'me'],
      ['a', 'you'],
      ['b', 'you'],
    ].map(([name, holder]) => ({ name: name!, holder: holder!, ttlMs: 60_000 }))
    const acquired = await locks.acquire({ locks: asked })
    assert.deepEqual(
      acquired.map(({ status, holder }) => [status, holder]),
      [
        ['acquired', 'me'],
        ['held', 'me'],
        ['acquired', 'you'],
      ],
    )
    const held = asked.map((lock, at) => ({ ...lock, term: acquired[at]!.term }))
    assert.deepEqual(await locks.renew({ locks: held }), ['renewed', 'lost', 'renewed'])
    assert.deepEqual(await locks.release({ locks: held }), ['released', 'lost', 'released'])
  },

  'an empty batch is answered with an empty one': async ({ backend }) => {
    const { jobs, inspector, schedules, locks } = backend
    assert.deepEqual(await jobs.enqueue({ jobs: [] }), [])
    assert.deepEqual(await jobs.extend({ receipts: [], leaseMs: 60_000 }), [])
    assert.deepEqual(await jobs.report({ reports: [] }), [])
    assert.deepEqual(await jobs.settle({ settlements: [] }), [])
    assert.deepEqual(await jobs.cancel({ ids: [], reason: null }), [])
    assert.deepEqual(await jobs.retry({ ids: [] }), [])
    assert.deepEqual(await jobs.delete({ ids: [] }), [])
    assert.deepEqual(await inspector.get({ ids: [] }), [])
    assert.deepEqual(await schedules.fire({ fires: [] }), [])
    assert.deepEqual(await locks.acquire({ locks: [] }), [])
  },
})
