import assert from 'node:assert/strict'
import { newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'

/** Far more than one claim can look at. */
const BACKLOG = 5_000

export const unknownTasks = chapter('Law 18: a worker claims only tasks that it knows', {
  'a claim gives only jobs of the tasks that it names': async (t) => {
    const ids = await t.enqueue(newJob({ task: 'a' }), newJob({ task: 'b' }), newJob({ task: 'c' }))
    assert.deepEqual(await t.claimIds({ tasks: ['a', 'c', 'nobody'] }), [ids[0], ids[2]])
    assert.deepEqual(await t.claimIds({ tasks: [] }), [])
    assert.deepEqual(await t.claimIds({ tasks: ['b'] }), [ids[1]])
  },

  'a backlog of an unknown task ahead holds nobody up, and costs its jobs nothing': async (t) => {
    const unknown = await t.enqueue(...newJobs(BACKLOG, { task: 'unknown', priority: 1 }))
    const known = await t.enqueue(newJob({ priority: 5 }), newJob({ priority: 5 }))
    assert.deepEqual(await t.claimIds(), known)
    const records = await t.backend.inspector.get({ ids: unknown.slice(0, 1_000) })
    assert.ok(records.every((record) => record?.state === 'pending' && record.tries === 0 && record.fence === 0))
    assert.equal((await t.claimIds({ tasks: ['unknown'], limit: 1_000 })).length, 1_000)
  },

  'a worker that knows none of the waiting tasks is not told that there is more to claim': async (t) => {
    await t.enqueue(newJob({ task: 'unknown' }))
    const { leases, nextVisibleAt } = await t.claim()
    assert.deepEqual(leases, [])
    assert.ok(nextVisibleAt === null || nextVisibleAt > (await t.now()))
  },

  'jobs of several tasks come in one order': async (t) => {
    const due = { at: (await t.now()) - 1_000 }
    const ids: string[] = []
    for (let at = 0; at < 20; at += 1) ids.push(...(await t.enqueue(newJob({ task: `task-${at % 3}`, due }))))
    assert.deepEqual(await t.claimIds({ tasks: ['task-2', 'task-0', 'task-1'] }), ids)
  },

  'a suspect of an unknown task is not given': needs('clock', async (t) => {
    const [id] = await t.enqueue(newJob({ task: 'unknown' }))
    await t.leases({ tasks: ['unknown'] })
    await t.loseLeases()
    assert.deepEqual(await t.claimIds(), [])
    assert.deepEqual(await t.claimIds({ tasks: ['unknown'] }), [id])
  }),
})
