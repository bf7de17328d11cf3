import assert from 'node:assert/strict'
import type { Wakeup } from '../../port/wakeups.js'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { EVERY_CALL } from './every-call.js'
import { turn } from './test-store.js'

export const close = chapter('Law 11: nothing happens after close', {
  'every call after close is refused': async (t) => {
    await t.backend.close()
    for (const [name, call] of Object.entries(EVERY_CALL)) {
      await assert.rejects(call(t.backend, {}), { code: 'BACKEND_CLOSED' }, name)
    }
  },

  'opening and closing more than once does nothing': async (t) => {
    await t.backend.open()
    await t.enqueue(newJob())
    await t.backend.close()
    await t.backend.close()
    await t.backend[Symbol.asyncDispose]()
  },

  'a store that is disposed of is closed': async (t) => {
    await t.backend[Symbol.asyncDispose]()
    await assert.rejects(t.backend.jobs.enqueue({ jobs: [newJob()] }), { code: 'BACKEND_CLOSED' })
  },

  'calls that are under way when the store closes end, with their effect or with an error': needs(
    'second',
    async (t) => {
      const batches = Array.from({ length: 20 }, () => newJobs(5))
      const calls = batches.map(async (jobs) => t.backend.jobs.enqueue({ jobs }))
      const closed = t.backend.close()
      const ends = await Promise.allSettled(calls)
      await closed
      const other = await t.second()
      for (const [at, end] of ends.entries()) {
        const records = await other.inspector.get({ ids: batches[at]!.map(({ id }) => id) })
        const stored = records.filter((record) => record !== null).length
        assert.ok(stored === 5 || (stored === 0 && end.status === 'rejected'))
      }
    },
  ),

  'no hint comes after close': needs(['wakeups', 'second'], async (t) => {
    const other = await t.second()
    const hints: Wakeup[] = []
    t.backend.wakeups?.subscribe((hint) => hints.push(hint))
    await t.backend.close()
    const before = hints.length
    await other.jobs.enqueue({ jobs: [newJob()] })
    for (let turns = 0; turns < 10; turns += 1) await turn()
    assert.equal(hints.length, before)
  }),

  'closing one handle leaves the others at work': needs('second', async (t) => {
    const other = await t.second()
    await t.enqueue(newJob())
    await t.backend.close()
    const { leases } = await t.claim({}, other)
    assert.equal(leases.length, 1)
  }),

  'an unsubscribe after close does nothing': needs('wakeups', async (t) => {
    const unsubscribe = t.backend.wakeups?.subscribe(() => undefined)
    await t.backend.close()
    unsubscribe?.()
  }),
})
