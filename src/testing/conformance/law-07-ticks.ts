import assert from 'node:assert/strict'
import type { ScheduleRecord } from '../../model/schedule-record.js'
import { newJob } from '../new-job.js'
import { newSchedule } from '../new-schedule.js'
import { chapter, needs } from './chapter.js'
import { fireOf, firedTick, tickJob } from './fire-of.js'
import type { TestStore } from './test-store.js'

const MINUTE_MS = 60_000

export const ticks = chapter('Law 7: each tick makes at most one set of jobs', {
  'a fired tick has made its jobs and moved the schedule on': async (t) => {
    const [before] = await make(t, 'daily')
    assert.ok(before)
    const tick = before.nextTickAt!
    const jobs = [tickJob(before), newJob()]
    assert.deepEqual(await t.backend.schedules.fire({ fires: [fireOf(before, tick + MINUTE_MS, jobs)] }), ['fired'])
    assert.deepEqual(await t.states(...jobs.map(({ id }) => id)), ['pending', 'pending'])
    assert.deepEqual((await t.job(jobs[0]!.id)).tick, jobs[0]!.tick)
    const [after] = await t.backend.schedules.get({ names: ['daily'] })
    assert.ok(after)
    assert.notEqual(after.version, before.version)
    assert.deepEqual(
      [after.firedThrough, after.nextTickAt, after.lastTickAt, after.fired, after.skipped, after.revision],
      [tick, tick + MINUTE_MS, tick, 1, 0, before.revision],
    )
  },

  'of two schedulers that fire one tick, one fires and the other is superseded': async (t) => {
    const [record] = await make(t, 'daily')
    const fire = fireOf(record!, record!.nextTickAt! + MINUTE_MS)
    const { schedules } = t.backend
    const outcomes = await Promise.all([schedules.fire({ fires: [fire] }), schedules.fire({ fires: [fire] })])
    assert.deepEqual(outcomes.flat().toSorted(), ['fired', 'superseded'])
    assert.deepEqual(await t.counts(), { pending: 1 })
  },

  'of ten schedulers on two handles that fire fifty ticks, each tick is fired once': needs('second', async (t) => {
    const records = await make(t, ...Array.from({ length: 50 }, (_, at) => `s${at}`))
    const fires = records.map((record) => fireOf(record, record.nextTickAt! + MINUTE_MS))
    const other = await t.second()
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, async (_, at) => (at % 2 === 0 ? t.backend : other).schedules.fire({ fires })),
    )
    assert.equal(outcomes.flat().filter((outcome) => outcome === 'fired').length, 50)
    assert.deepEqual(await t.counts(), { pending: 50 })
  }),

  'a schedule that comes twice in one call is fired once': async (t) => {
    const [record] = await make(t, 'daily')
    const fire = fireOf(record!, record!.nextTickAt! + MINUTE_MS)
    assert.deepEqual(await t.backend.schedules.fire({ fires: [fire, fire] }), ['fired', 'superseded'])
    assert.deepEqual(await t.counts(), { pending: 1 })
  },

  'an edit, a pause or a removal in between supersedes a firing, and nothing is made for it': async (t) => {
    const { schedules } = t.backend
    const between = [
      async () => schedules.put({ schedules: [newSchedule('daily', { definition: { task: 'other' } })] }),
      async () => schedules.pause({ changes: [{ name: 'daily', paused: true, nextTickAt: null }] }),
      async () => schedules.remove({ names: ['daily'] }),
    ]
    for (const change of between) {
      const [record] = await make(t, 'daily')
      await change()
      const [before] = await schedules.get({ names: ['daily'] })
      assert.deepEqual(await schedules.fire({ fires: [fireOf(record!, null)] }), ['superseded'])
      assert.deepEqual(await schedules.get({ names: ['daily'] }), [before])
      await schedules.remove({ names: ['daily'] })
    }
    assert.deepEqual(await t.counts(), {})
  },

  'a firing for an earlier incarnation is superseded': async (t) => {
    const [old] = await make(t, 'daily')
    await t.backend.schedules.remove({ names: ['daily'] })
    const nextTickAt = old!.nextTickAt
    const [outcome] = await t.backend.schedules.put({
      schedules: [newSchedule('daily', { incarnation: 'daily-2', nextTickAt })],
    })
    const record = outcome!.record!
    const fires = [fireOf(old!, null), fireOf({ ...old!, version: record.version }, null)]
    assert.deepEqual(await t.backend.schedules.fire({ fires }), ['superseded', 'superseded'])
    assert.deepEqual(await t.backend.schedules.fire({ fires: [fireOf(record, null)] }), ['fired'])
    assert.deepEqual(await t.counts(), { pending: 1 })
  },

  'each schedule of a call is fired or superseded by itself': async (t) => {
    const [a, b, c] = await make(t, 'a', 'b', 'c')
    const fires = [fireOf(a!, null), fireOf({ ...b!, version: b!.version + 1_000 }, null), fireOf(c!, null)]
    assert.deepEqual(await t.backend.schedules.fire({ fires }), ['fired', 'superseded', 'fired'])
    assert.deepEqual(await t.states(tickJob(a!).id, tickJob(b!).id, tickJob(c!).id), ['pending', null, 'pending'])
  },

  'a tick whose job is on record already is fired and makes no second one': async (t) => {
    const [record] = await make(t, 'daily')
    await t.enqueue(tickJob(record!))
    assert.deepEqual(await t.backend.schedules.fire({ fires: [fireOf(record!, null)] }), ['fired'])
    assert.deepEqual(await t.counts(), { pending: 1 })
  },

  'a tick that is skipped makes no job, and is on record with its reason': async (t) => {
    const [record] = await make(t, 'daily')
    const tick = record!.nextTickAt!
    const skipped = {
      tick: tick - MINUTE_MS,
      at: tick,
      outcome: 'skipped',
      reason: 'missed',
      lateMs: 9,
      jobId: null,
      count: 4,
    } as const
    const fire = { ...fireOf(record!, tick + MINUTE_MS, []), ticks: [skipped, firedTick(tick, null)] }
    assert.deepEqual(await t.backend.schedules.fire({ fires: [fire] }), ['fired'])
    const [after] = await t.backend.schedules.get({ names: ['daily'] })
    assert.deepEqual([after?.fired, after?.skipped, after?.firedThrough], [1, 4, tick])
    const history = await t.backend.schedules.history({ name: 'daily', before: null, limit: 10 })
    assert.deepEqual(history, [firedTick(tick, null), skipped])
    assert.deepEqual(await t.backend.schedules.history({ name: 'daily', before: tick, limit: 10 }), [skipped])
    assert.deepEqual(await t.backend.schedules.history({ name: 'daily', before: null, limit: 1 }), [history[0]])
  },

  'the last thousand ticks of a schedule are kept': async (t) => {
    let [record] = await make(t, 'daily')
    const first = record!.nextTickAt!
    for (let round = 0; round < 3; round += 1) {
      const start = first + round * 400
      const passed = Array.from({ length: 400 }, (_, at) => firedTick(start + at, null))
      const fire = { ...fireOf(record!, start + 400, []), tick: start + 399, ticks: passed }
      assert.deepEqual(await t.backend.schedules.fire({ fires: [fire] }), ['fired'])
      ;[record] = (await t.backend.schedules.get({ names: ['daily'] })) as ScheduleRecord[]
    }
    await t.tickAll()
    const history = await t.backend.schedules.history({ name: 'daily', before: null, limit: 1_000 })
    assert.deepEqual(
      history.map(({ tick }) => tick),
      Array.from({ length: 1_000 }, (_, at) => first + 1_199 - at),
    )
    assert.equal(record!.fired, 1_200)
  },

  'due tells the most overdue first, and when the next one after them is': needs('clock', async (t) => {
    const now = await t.now()
    const offsets: Readonly<Record<string, number>> = { soon: 5_000, now: 0, late: -5_000, later: 9_000 }
    const schedules = Object.entries(offsets).map(([name, offset]) => newSchedule(name, { nextTickAt: now + offset }))
    await t.backend.schedules.put({ schedules: [...schedules, newSchedule('never', { nextTickAt: null })] })
    const due = async (limit: number): Promise<readonly unknown[]> => {
      const given = await t.backend.schedules.due({ limit })
      return [given.due.map(({ name }) => name), given.nextTickAt, given.now]
    }
    assert.deepEqual(await due(10), [['late', 'now'], now + 5_000, now])
    assert.deepEqual(await due(1), [['late'], now, now])
    await t.advance(4_999)
    assert.deepEqual(await due(10), [['late', 'now'], now + 5_000, now + 4_999])
    await t.advance(1)
    assert.deepEqual(await due(10), [['late', 'now', 'soon'], now + 9_000, now + 5_000])
  }),

  'a schedule that will never be due again stays on record': needs('clock', async (t) => {
    const [record] = await make(t, 'once')
    await t.backend.schedules.fire({ fires: [fireOf(record!, null)] })
    await t.advance(400 * 86_400_000)
    const { due, nextTickAt } = await t.backend.schedules.due({ limit: 10 })
    assert.deepEqual([due, nextTickAt], [[], null])
    assert.equal((await t.backend.schedules.list({ after: null, limit: 10 })).length, 1)
  }),
})

/** Schedules that are due now. */
async function make(t: TestStore, ...names: readonly string[]): Promise<readonly ScheduleRecord[]> {
  const nextTickAt = await t.now()
  const outcomes = await t.backend.schedules.put({ schedules: names.map((name) => newSchedule(name, { nextTickAt })) })
  return outcomes.map(({ record }) => {
    assert.ok(record)
    return record
  })
}
