import assert from 'node:assert/strict'
import type { ScheduleRecord, TickRecord } from '../../model/schedule-record.js'
import type { Fire } from '../../port/schedule-store.js'
import { newJob } from '../new-job.js'
import { newSchedule } from '../new-schedule.js'
import { chapter, needs } from './chapter.js'
import { firedTick, fireOf } from './fire-of.js'
import type { TestStore } from './test-store.js'

const MINUTE_MS = 60_000

export const runs = chapter('Law 7: a firing may call off, wait for, and count the runs before it', {
  'a firing that moves over no tick makes its jobs, and leaves the series and the pause as they were': async (t) => {
    const before = await make(t)
    const { schedules } = t.backend
    await schedules.pause({ changes: [{ name: 'daily', paused: true, nextTickAt: null }] })
    const paused = await get(t)
    const tick = before.nextTickAt! + 5
    const jobs = [newJob({ tick: { schedule: 'daily', tick, late: 0, missed: 0, manual: true } })]
    const byHand: TickRecord = { ...firedTick(tick, jobs[0]!.id), outcome: 'manual' }
    assert.deepEqual(await fire(t, { ...over(paused, jobs), ticks: [byHand] }), ['fired'])
    assert.deepEqual((await t.job(jobs[0]!.id)).tick, jobs[0]!.tick)
    const { version, updatedAt: _updatedAt, ...after } = await get(t)
    assert.notEqual(version, paused.version)
    const { version: _version, updatedAt: _before, ...rest } = paused
    assert.deepEqual(after, { ...rest, manual: 1 })
    assert.deepEqual(await schedules.history({ name: 'daily', before: null, limit: 10 }), [byHand])
  },

  'a run by hand at the instant of a tick hides neither': async (t) => {
    const before = await make(t)
    const tick = before.nextTickAt!
    const byHand: TickRecord = { ...firedTick(tick, 'by-hand'), outcome: 'manual' }
    await fire(t, { ...over(before), ticks: [byHand] })
    const between = await get(t)
    const ticked = fireOf(between, tick + MINUTE_MS)
    assert.deepEqual(await fire(t, ticked), ['fired'])
    const history = await t.backend.schedules.history({ name: 'daily', before: null, limit: 10 })
    assert.deepEqual(history, [...ticked.ticks, byHand])
    const { fired, manual, lastTickAt } = await get(t)
    assert.deepEqual([fired, manual, lastTickAt], [1, 1, tick])
  },

  'what a firing says of unfinished jobs is kept until the next one, also across edits': async (t) => {
    const before = await make(t)
    await fire(t, { ...over(before), unfinished: ['a', 'b"\u2028'] })
    assert.deepEqual((await get(t)).unfinished, ['a', 'b"\u2028'])
    await t.backend.schedules.put({ schedules: [newSchedule('daily', { definition: { overlap: 'skip' } })] })
    const edited = await get(t)
    assert.deepEqual(edited.unfinished, ['a', 'b"\u2028'])
    await fire(t, over(edited))
    assert.equal((await get(t)).unfinished, null)
  },

  'skipped ticks are counted by their reason, and late ones when they are late': async (t) => {
    const before = await make(t)
    const tick = before.nextTickAt!
    const reasons = ['missed', 'overlap', 'paused', 'ended'] as const
    const skipped = reasons.map((reason, at): TickRecord => ({
      ...firedTick(tick + at, null),
      outcome: 'skipped',
      reason,
      count: at + 1,
    }))
    const late = [1_000, 1_001, 9_999].map((lateMs, at) => ({ ...firedTick(tick + 10 + at, null), lateMs }))
    await fire(t, { ...over(before), tick: tick + 20, nextTickAt: tick + 21, ticks: [...skipped, ...late] })
    const after = await get(t)
    assert.deepEqual(
      [after.skippedBy, after.skipped, after.fired, after.late, after.lastTickAt],
      [{ missed: 1, overlap: 2, paused: 3, ended: 4 }, 10, 3, 2, tick + 12],
    )
  },

  'a firing can pause its schedule for a job, until somebody resumes it': needs('clock', async (t) => {
    const before = await make(t)
    assert.deepEqual(await fire(t, { ...over(before), pauseFor: 'failed-1' }), ['fired'])
    const paused = await get(t)
    assert.deepEqual([paused.paused, paused.pausedFor], [true, 'failed-1'])
    assert.deepEqual((await t.backend.schedules.due({ limit: 10 })).due, [])
    const edit = newSchedule('daily', { paused: true, definition: { task: 'other' } })
    await t.backend.schedules.put({ schedules: [edit] })
    assert.equal((await get(t)).pausedFor, 'failed-1')
    await t.backend.schedules.pause({ changes: [{ name: 'daily', paused: false, nextTickAt: 9_000_000_000_000 }] })
    const resumed = await get(t)
    assert.deepEqual([resumed.paused, resumed.pausedFor], [false, null])
  }),

  'the jobs that a firing calls off have ended, or were asked to, when its own exist': async (t) => {
    const before = await make(t)
    const running = newJob({ id: 'running' })
    await t.enqueue(running)
    const [lease] = await t.leases()
    await t.enqueue(newJob({ id: 'waiting' }))
    const waits = newJob({ id: 'new', parents: [{ id: 'waiting', otherwise: 'run' }] })
    const jobs = [waits, newJob({ id: 'behind', parents: [{ id: 'running', otherwise: 'run' }] })]
    const cancel = { ids: ['running', 'waiting', 'unknown'], reason: 'its place was taken' }
    assert.deepEqual(await fire(t, { ...over(before, jobs), cancel }), ['fired'])
    const ids = ['running', 'waiting', 'new', 'behind']
    assert.deepEqual(await t.states(...ids), ['running', 'cancelled', 'pending', 'blocked'])
    assert.deepEqual(await t.backend.jobs.extend({ receipts: [lease!.receipt], leaseMs: MINUTE_MS }), [
      'cancel-requested',
    ])
    await t.settle({ kind: 'complete', receipt: lease!.receipt, result: null, followUps: [] })
    assert.deepEqual(await t.states('running', 'behind'), ['cancelled', 'pending'])
  },

  'jobs of one firing may wait for one another': async (t) => {
    const before = await make(t)
    const jobs = [newJob({ id: 'first' }), newJob({ id: 'second', parents: [{ id: 'first', otherwise: 'run' }] })]
    assert.deepEqual(await fire(t, over(before, jobs)), ['fired'])
    assert.deepEqual(await t.states('first', 'second'), ['pending', 'blocked'])
  },

  'a firing that is superseded calls nothing off and pauses nothing': async (t) => {
    const before = await make(t)
    await t.enqueue(newJob({ id: 'waiting' }))
    const stale = { ...over(before, [newJob({ id: 'new' })]), version: before.version + 1_000 }
    const cancel = { ids: ['waiting'], reason: null }
    assert.deepEqual(await fire(t, { ...stale, cancel, pauseFor: 'x', unfinished: ['x'] }), ['superseded'])
    assert.deepEqual(await t.states('waiting', 'new'), ['pending', null])
    assert.deepEqual(await get(t), before)
  },
})

/** A schedule that is due now. */
async function make(t: TestStore): Promise<ScheduleRecord> {
  await t.backend.schedules.put({ schedules: [newSchedule('daily', { nextTickAt: await t.now() })] })
  return get(t)
}

async function get(t: TestStore): Promise<ScheduleRecord> {
  const [record] = await t.backend.schedules.get({ names: ['daily'] })
  assert.ok(record)
  return record
}

/** A firing that moves over no tick. */
function over(record: ScheduleRecord, jobs: Fire['jobs'] = []): Fire {
  const { nextTickAt, dueAt } = record
  return { ...fireOf(record, nextTickAt, jobs), tick: null, dueAt, ticks: [] }
}

async function fire(t: TestStore, one: Fire): Promise<readonly string[]> {
  return t.backend.schedules.fire({ fires: [one] })
}
