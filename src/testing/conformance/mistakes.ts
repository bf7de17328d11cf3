import assert from 'node:assert/strict'
import { complete, retry } from '../../model/lease.js'
import type { NewJob } from '../../model/job.js'
import type { Backend } from '../../port/backend.js'
import type { ClaimParams } from '../../port/job-store.js'
import { newJob } from '../new-job.js'
import { newSchedule } from '../new-schedule.js'
import { chapter } from './chapter.js'
import { fireOf } from './fire-of.js'
import { claimParams } from './test-store.js'

export const mistakes = chapter('Mistakes of the program are refused with a TypeError, and change nothing', {
  'a claim with impossible figures': async ({ backend }) => {
    const { claimItems, leaseMsMin, leaseMsMax } = backend.limits
    const wrong: readonly Partial<ClaimParams>[] = [
      { limit: 0 },
      { limit: -1 },
      { limit: 1.5 },
      { limit: Number.NaN },
      { limit: claimItems + 1 },
      { leaseMs: leaseMsMin - 1 },
      { leaseMs: leaseMsMax + 1 },
      { leaseMs: Number.NaN },
      { workerId: '' },
      { queues: [{ queue: 'queue', limit: 0 }] },
      {
        queues: [
          { queue: 'queue', limit: 1 },
          { queue: 'queue', limit: 1 },
        ],
      },
    ]
    for (const params of wrong) {
      const claim = { ...claimParams(), ...params }
      await refused(backend.jobs.claim(claim), params)
      await refused(backend.jobs.exchange({ settlements: [], claim }), params)
    }
  },

  'a lease that is extended to an impossible length': async ({ backend }) => {
    const { leaseMsMin, leaseMsMax } = backend.limits
    for (const leaseMs of [leaseMsMin - 1, leaseMsMax + 1, Number.NaN, 0]) {
      await refused(backend.jobs.extend({ receipts: ['nobody'], leaseMs }), leaseMs)
    }
  },

  'a job with an impossible field': async (t) => {
    const wrong: readonly Partial<NewJob>[] = [
      { id: '' },
      { id: 'x'.repeat(129) },
      { task: '' },
      { queue: '' },
      { priority: 0 as 1 },
      { priority: 6 as 1 },
      { due: { inMs: Number.NaN } },
      { due: { inMs: -1 } },
      { due: { at: Number.POSITIVE_INFINITY } },
      { deadline: Number.NaN },
      { maxTries: 0 },
      { uniqueKey: '' },
      {
        parents: [
          { id: 'a', otherwise: 'fail' },
          { id: 'a', otherwise: 'run' },
        ],
      },
    ]
    for (const fields of wrong) {
      await refused(t.backend.jobs.enqueue({ jobs: [newJob(), newJob(fields)] }), fields)
      await refused(t.settle(complete('nobody', null, [newJob(fields)])), fields)
    }
    assert.deepEqual(await t.counts(), {})
  },

  'a settlement with an impossible time': async (t) => {
    await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    await refused(t.settle(retry(receipt, { inMs: Number.NaN }, '{}')), 'NaN')
    assert.deepEqual(await t.counts(), { running: 1 })
  },

  'a page of an impossible size': async ({ backend }) => {
    const { inspector, schedules, events } = backend
    for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
      await refused(inspector.list({ state: 'pending', after: null, limit }), limit)
      await refused(schedules.list({ after: null, limit }), limit)
      await refused(schedules.due({ limit }), limit)
      await refused(schedules.history({ name: 'daily', before: null, limit }), limit)
      await refused(events.read({ after: null, limit }), limit)
    }
  },

  'a schedule, a firing, a lock, a queue or a beat with impossible figures': async ({ backend }) => {
    const { schedules, locks, control } = backend
    await refused(schedules.put({ schedules: [newSchedule('')] }), 'name')
    await refused(schedules.put({ schedules: [newSchedule('daily', { nextTickAt: Number.NaN })] }), 'nextTickAt')
    const [put] = await schedules.put({ schedules: [newSchedule('daily', { nextTickAt: 1_000 })] })
    await refused(schedules.fire({ fires: [fireOf(put!.record!, 1_000)] }), 'next tick')
    await refused(schedules.fire({ fires: [fireOf(put!.record!, null, [newJob({ priority: 9 as 1 })])] }), 'job')
    await refused(locks.acquire({ locks: [{ name: '', holder: 'me', ttlMs: 1 }] }), 'lock name')
    await refused(locks.acquire({ locks: [{ name: 'lock', holder: 'me', ttlMs: 0 }] }), 'ttlMs')
    await refused(control.putQueues({ queues: [{ name: 'queue', concurrency: 0 }] }), 'concurrency')
    await refused(control.putQueues({ queues: [{ name: 'queue', completedMax: -1 }] }), 'completedMax')
    assert.deepEqual(await schedules.get({ names: ['daily'] }), [put!.record])
    assert.deepEqual([await locks.list({}), await control.listQueues({})], [[], []])
  },

  'every mistake is classified as one': async ({ backend }) => {
    const error = await backend.jobs.claim(claimParams({ limit: 0 })).catch((caught: unknown) => caught)
    assert.equal((backend satisfies Backend<unknown>).classify(error), 'mistake')
  },
})

async function refused(call: Promise<unknown>, what: unknown): Promise<void> {
  await assert.rejects(call, TypeError, JSON.stringify(what))
}
