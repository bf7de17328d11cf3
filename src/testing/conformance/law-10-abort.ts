import assert from 'node:assert/strict'
import { complete } from '../../model/lease.js'
import type { Call } from '../../port/call.js'
import { json, newJob, newJobs } from '../new-job.js'
import { newSchedule } from '../new-schedule.js'
import { chapter } from './chapter.js'
import { EVERY_CALL } from './every-call.js'
import { fireOf, tickJob } from './fire-of.js'
import { claimParams, turn, type TestStore } from './test-store.js'

/** Calls that can take several turns of the event loop are aborted in each of the first ones. */
const TURNS = 4
const MICROTURNS = 8

export const abort = chapter('Law 10: an aborted call has full effect or none', {
  'a call that is aborted before it starts rejects with the reason and changes nothing': async (t) => {
    await prepare(t)
    const before = await everything(t)
    for (const [name, call] of Object.entries(EVERY_CALL)) {
      const reason = new Error(`no ${name}`)
      await assert.rejects(call(t.backend, { signal: AbortSignal.abort(reason) }), (error) => error === reason, name)
    }
    assert.deepEqual(await everything(t), before)
  },

  'a call that has a signal and is not aborted works as without one': async (t) => {
    await prepare(t)
    const { signal } = new AbortController()
    for (const call of Object.values(EVERY_CALL)) await call(t.backend, { signal })
  },

  'an aborted enqueue stores all of its jobs or none': async (t) => {
    await abortedAnywhere(t, async (outcomeOf) => {
      const jobs = newJobs(5)
      const given = await outcomeOf(async (call) => t.backend.jobs.enqueue({ jobs, ...call }))
      const states = new Set(await t.states(...jobs.map(({ id }) => id)))
      assert.equal(states.size, 1)
      if (given === 'resolved') assert.deepEqual([...states], ['pending'])
    })
  },

  'an aborted claim lends all of its jobs or none': async (t) => {
    await abortedAnywhere(t, async (outcomeOf) => {
      const ids = await t.enqueue(...newJobs(3))
      const given = await outcomeOf(async (call) => t.backend.jobs.claim({ ...claimParams(), ...call }))
      const states = new Set(await t.states(...ids))
      assert.deepEqual([...states], given === 'resolved' || states.has('running') ? ['running'] : ['pending'])
      await t.backend.jobs.cancel({ ids, reason: null })
    })
  },

  'an aborted settle records its batch and its follow-ups or nothing, and can be repeated': async (t) => {
    await abortedAnywhere(t, async (outcomeOf) => {
      await t.enqueue(...newJobs(2))
      const leases = await t.leases()
      const followUps = leases.map(() => newJob({ queue: 'next' }))
      const settlements = leases.map(({ receipt }, at) => complete(receipt, json(at), [followUps[at]!]))
      const given = await outcomeOf(async (call) => t.backend.jobs.settle({ settlements, ...call }))
      const states = await t.states(...leases.map(({ job }) => job.id), ...followUps.map(({ id }) => id))
      const full = ['completed', 'completed', 'pending', 'pending']
      assert.deepEqual(
        states,
        given === 'resolved' || states[0] === 'completed' ? full : ['running', 'running', null, null],
      )
      await t.settled(...settlements)
      assert.deepEqual(await t.states(...followUps.map(({ id }) => id)), ['pending', 'pending'])
    })
  },

  'an aborted exchange never loses a settlement that it recorded': async (t) => {
    await abortedAnywhere(t, async (outcomeOf) => {
      await t.enqueue(newJob())
      const { receipt, job } = await t.claimOne()
      const settlements = [complete(receipt, json('done'))]
      const given = await outcomeOf(async (call) =>
        t.backend.jobs.exchange({ settlements, claim: claimParams(), ...call }),
      )
      if (given === 'resolved') assert.equal((await t.job(job.id)).state, 'completed')
      await t.settled(...settlements)
      assert.deepEqual((await t.job(job.id)).result, json('done'))
    })
  },

  'an aborted firing moves its schedule on and makes its job, or neither': async (t) => {
    const nextTickAt = await t.now()
    let made = 0
    await abortedAnywhere(t, async (outcomeOf) => {
      made += 1
      const [put] = await t.backend.schedules.put({ schedules: [newSchedule(`s${made}`, { nextTickAt })] })
      const record = put!.record!
      const fires = [fireOf(record, nextTickAt + 1)]
      const given = await outcomeOf(async (call) => t.backend.schedules.fire({ fires, ...call }))
      const [after] = await t.backend.schedules.get({ names: [record.name] })
      const isDone = given === 'resolved' || after?.firedThrough !== null
      assert.deepEqual(after?.firedThrough, isDone ? nextTickAt : null)
      assert.deepEqual(await t.states(tickJob(record).id), [isDone ? 'pending' : null])
    })
  },
})

async function prepare(t: TestStore): Promise<void> {
  await t.enqueue(newJob({ id: 'waiting' }), newJob({ id: 'later', due: { inMs: 60_000 } }))
  await t.backend.schedules.put({ schedules: [newSchedule('daily')] })
}

/** What a call could have changed. */
async function everything({ backend }: TestStore): Promise<unknown> {
  return [
    await backend.inspector.counts({}),
    await backend.schedules.list({ after: null, limit: 100 }),
    await backend.locks.list({}),
    await backend.control.listQueues({}),
    await backend.control.listTopics({}),
    await backend.control.listNodes({}),
    await backend.events.latest({}),
  ]
}

/** Runs a call, aborts it at some point, and tells how it ended. */
type OutcomeOf = (call: (call: Call) => Promise<unknown>) => Promise<'resolved' | 'aborted'>

/** Makes an attempt again and again, its call being aborted a little later each time. */
async function abortedAnywhere(t: TestStore, attempt: (outcomeOf: OutcomeOf) => Promise<void>): Promise<void> {
  const delays = [
    ...Array.from({ length: MICROTURNS }, (_, count) => async () => microturns(count)),
    ...Array.from({ length: TURNS }, (_, at) => async () => turns(at + 1)),
  ]
  for (const delay of delays) {
    await attempt(async (call) => {
      const controller = new AbortController()
      const ended = outcome(call({ signal: controller.signal }))
      await delay()
      controller.abort(REASON)
      return ended
    })
    assert.deepEqual(await t.verify(), [])
  }
}

const REASON = new Error('called off by the test')

async function outcome(call: Promise<unknown>): Promise<'resolved' | 'aborted'> {
  try {
    await call
    return 'resolved'
  } catch (error) {
    assert.equal(error, REASON)
    return 'aborted'
  }
}

async function microturns(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await Promise.resolve()
}

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await turn()
}
