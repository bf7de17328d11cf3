import assert from 'node:assert/strict'
import { complete, fail, retry } from '../../model/lease.js'
import type { EventCursor, JobEvent } from '../../port/event-log.js'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import type { TestStore } from './test-store.js'

const HOUR_MS = 3_600_000

export const events = chapter('Events tell every change of state, in order', {
  'the life of a job is told, one event for each state that it enters': async (t) => {
    const [parent] = await t.enqueue(newJob())
    const [child] = await t.enqueue(newJob({ parents: [{ id: parent!, otherwise: 'fail' }] }))
    await t.settled(retry((await t.claimOne()).receipt, { inMs: 0 }, '{}'))
    await t.settled(complete((await t.claimOne()).receipt, null))
    await t.settled(fail((await t.claimOne()).receipt, 'terminated', null))
    await t.backend.jobs.retry({ ids: [child!] })
    await t.backend.jobs.cancel({ ids: [child!], reason: null })
    await t.backend.jobs.delete({ ids: [child!] })
    const told = await readAll(t)
    const states = (id: string): readonly string[] => told.filter((event) => event.id === id).map(({ state }) => state)
    assert.deepEqual(states(parent!), ['pending', 'running', 'pending', 'running', 'completed'])
    assert.deepEqual(states(child!), ['blocked', 'pending', 'running', 'failed', 'pending', 'cancelled', 'deleted'])
    const now = await t.now()
    assert.ok(told.every(({ at, queue, task }) => at <= now && queue === 'queue' && task === 'task'))
  },

  'a lost lease is told': needs('clock', async (t) => {
    const [id] = await t.enqueue(newJob())
    await t.claimOne()
    await t.loseLeases()
    assert.deepEqual(
      (await readAll(t)).map((event) => [event.id, event.state]),
      [
        [id, 'pending'],
        [id, 'running'],
        [id, 'pending'],
      ],
    )
  }),

  'events are read a page at a time, none twice and none left out': async (t) => {
    const ids = await t.enqueue(...newJobs(25))
    for (let at = 0; at < 5; at += 1) await t.enqueue(newJob({ id: `single-${at}` }))
    for (const limit of [1, 3, 7, 1_000]) {
      const told = await readAll(t, limit)
      assert.deepEqual(
        told.map(({ id }) => id).toSorted(),
        [...ids, ...Array.from({ length: 5 }, (_, at) => `single-${at}`)].toSorted(),
      )
    }
  },

  'what is read after the latest cursor happened later': async (t) => {
    await t.enqueue(newJob())
    const cursor = await t.backend.events.latest({})
    assert.deepEqual((await t.backend.events.read({ after: cursor, limit: 10 })).events, [])
    const [id] = await t.enqueue(newJob())
    const later = await t.backend.events.read({ after: cursor, limit: 10 })
    assert.deepEqual([later.events.map((event) => event.id), later.missed], [[id], false])
    assert.equal(later.cursor, await t.backend.events.latest({}))
  },

  'an empty log has a cursor too': async (t) => {
    const { events, cursor, missed } = await t.backend.events.read({ after: null, limit: 10 })
    assert.deepEqual([events, missed], [[], false])
    await t.enqueue(newJob())
    assert.equal((await t.backend.events.read({ after: cursor, limit: 10 })).events.length, 1)
  },

  'a call that changes nothing tells nothing': async (t) => {
    const [id] = await t.enqueue(newJob())
    const cursor = await t.backend.events.latest({})
    await t.backend.jobs.enqueue({ jobs: [newJob({ id: id! })] })
    await t.backend.jobs.retry({ ids: [id!, 'nobody'] })
    await t.settle(complete('nobody', null))
    await t.leases({ tasks: ['unknown'] })
    assert.equal(await t.backend.events.latest({}), cursor)
  },

  'events are forgotten after an hour, and whoever missed them is told': needs('clock', async (t) => {
    await t.enqueue(newJob())
    const first = (await t.backend.events.read({ after: null, limit: 10 })).cursor
    await t.enqueue(newJob())
    await t.advance(2 * HOUR_MS)
    const [last] = await t.enqueue(newJob())
    await t.tickAll()
    const missed = await t.backend.events.read({ after: first, limit: 10 })
    assert.deepEqual([missed.events.map(({ id }) => id), missed.missed], [[last], true])
    const fromStart = await t.backend.events.read({ after: null, limit: 10 })
    assert.deepEqual([fromStart.events.map(({ id }) => id), fromStart.missed], [[last], false])
    const again = await t.backend.events.read({ after: missed.cursor, limit: 10 })
    assert.deepEqual([again.events, again.missed], [[], false])
  }),

  'events are kept for as long as they are young': needs('clock', async (t) => {
    const [id] = await t.enqueue(newJob())
    await t.advance(HOUR_MS / 2)
    await t.tickAll()
    assert.deepEqual(
      (await readAll(t)).map((event) => event.id),
      [id],
    )
  }),

  'a cursor of nobody is refused': async (t) => {
    for (const after of ['nonsense', '', '🙂', '-1']) {
      await assert.rejects(t.backend.events.read({ after, limit: 10 }), TypeError, after)
    }
  },
})

async function readAll(t: TestStore, limit = 1_000): Promise<readonly JobEvent[]> {
  const told: JobEvent[] = []
  for (let after: EventCursor | null = null; ;) {
    const page: Awaited<ReturnType<TestStore['backend']['events']['read']>> = await t.backend.events.read({
      after,
      limit,
    })
    assert.equal(page.missed, false)
    told.push(...page.events)
    if (page.events.length === 0) return told
    after = page.cursor
  }
}
