import assert from 'node:assert/strict'
import { newSchedule } from '../new-schedule.js'
import { chapter, needs } from './chapter.js'
import { fireOf } from './fire-of.js'
import type { TestStore } from './test-store.js'
import type { ScheduleRecord } from '../../model/schedule-record.js'
import type { PutOutcome, SchedulePut } from '../../port/schedule-store.js'

export const schedules = chapter('Law 7: schedules are kept as they were put', {
  'a schedule is kept as it was put': async (t) => {
    const given = newSchedule('daily', {
      anchor: 12_345,
      nextTickAt: 9_000_000_000_000,
      dueAt: 9_000_000_000_006,
      definition: {
        missed: { all: { max: 3, withinMs: 60_000 } },
        overlap: 'queue-one',
        owner: 'shop',
        payload: { json: '{"a":"\u2028"}', note: 'n' },
        startAt: 1,
        endAt: 2,
        maxRuns: 3,
        deadlineMs: 4,
        maxTries: 5,
        jitterMs: 6,
        pauseOnFailure: true,
        timeZone: 'Europe/Amsterdam',
        dialect: 'quartz',
        dst: 'shift-once',
      },
    })
    const now = await t.now()
    const { status, record } = await put(t, given)
    assert.equal(status, 'created')
    assert.ok(record)
    const { version: _version, createdAt, updatedAt, revision: _revision, ...rest } = record
    assert.ok(createdAt >= now && updatedAt === createdAt)
    assert.deepEqual(rest, {
      name: 'daily',
      definition: given.definition,
      incarnation: 'daily-1',
      paused: false,
      pausedFor: null,
      anchor: 12_345,
      nextTickAt: 9_000_000_000_000,
      dueAt: 9_000_000_000_006,
      firedThrough: null,
      lastTickAt: null,
      fired: 0,
      skipped: 0,
      skippedBy: { missed: 0, overlap: 0, paused: 0, ended: 0 },
      late: 0,
      manual: 0,
      unfinished: null,
    })
    assert.deepEqual(await get(t, 'daily'), record)
  },

  'putting the same definition again changes nothing, not even the next tick': async (t) => {
    const { record } = await put(t, newSchedule('daily', { anchor: 1, nextTickAt: 9_000_000_000_000 }))
    const again = newSchedule('daily', { anchor: 2, nextTickAt: 9_000_000_000_001, incarnation: 'other' })
    assert.deepEqual(await put(t, again), { status: 'unchanged', record })
    assert.deepEqual(await get(t, 'daily'), record)
  },

  'an edit changes version, revision and definition, and keeps incarnation, history and what was fired': needs(
    'clock',
    async (t) => {
      const before = await fired(t, 'daily')
      const edit = newSchedule('daily', {
        incarnation: 'other',
        nextTickAt: 9_000_000_000_000,
        definition: { task: 'other' },
      })
      const { status, record } = await put(t, edit)
      assert.equal(status, 'updated')
      assert.ok(record)
      assert.notEqual(record.version, before.version)
      assert.deepEqual(
        [
          record.revision,
          record.incarnation,
          record.firedThrough,
          record.fired,
          record.nextTickAt,
          record.definition.task,
        ],
        [before.revision + 1, before.incarnation, before.firedThrough, 1, 9_000_000_000_000, 'other'],
      )
      assert.equal((await t.backend.schedules.history({ name: 'daily', before: null, limit: 10 })).length, 1)
    },
  ),

  'an edit of anything but the expression keeps the anchor': async (t) => {
    await put(t, newSchedule('daily', { anchor: 1 }))
    const payload = { json: '2', note: null }
    const edited = await put(t, newSchedule('daily', { anchor: 2, definition: { payload } }))
    assert.equal(edited.record?.anchor, 1)
    const moved = await put(t, newSchedule('daily', { anchor: 3, definition: { payload, expression: '0 * * * *' } }))
    assert.equal(moved.record?.anchor, 3)
  },

  'a put that expects none, or another version, is a conflict': async (t) => {
    const missing = await put(t, newSchedule('daily', { version: 7 }))
    assert.deepEqual(missing, { status: 'conflict', record: null })
    const { record } = await put(t, newSchedule('daily', { version: null }))
    const edit = { definition: { task: 'other' } }
    assert.deepEqual(await put(t, newSchedule('daily', { ...edit, version: null })), { status: 'conflict', record })
    const wrong = await put(t, newSchedule('daily', { ...edit, version: record!.version + 1 }))
    assert.deepEqual(wrong, { status: 'conflict', record })
    assert.equal((await put(t, newSchedule('daily', { ...edit, version: record!.version }))).status, 'updated')
  },

  'an edit to a next tick at or before the last one that was fired is refused': needs('clock', async (t) => {
    const before = await fired(t, 'daily')
    for (const nextTickAt of [before.firedThrough!, before.firedThrough! - 1]) {
      const stale = await put(t, newSchedule('daily', { nextTickAt, definition: { task: 'other' } }))
      assert.deepEqual(stale, { status: 'stale-tick', record: before })
    }
    const later = newSchedule('daily', { nextTickAt: before.firedThrough! + 1, definition: { task: 'other' } })
    assert.equal((await put(t, later)).status, 'updated')
  }),

  'a schedule that was removed and created again starts anew': needs('clock', async (t) => {
    const before = await fired(t, 'daily')
    assert.deepEqual(await t.backend.schedules.remove({ names: ['daily'] }), ['removed'])
    assert.deepEqual(await t.backend.schedules.get({ names: ['daily'] }), [null])
    const nextTickAt = before.firedThrough!
    const { status, record } = await put(t, newSchedule('daily', { incarnation: 'daily-2', nextTickAt }))
    assert.equal(status, 'created')
    assert.deepEqual([record?.incarnation, record?.firedThrough, record?.fired], ['daily-2', null, 0])
    assert.deepEqual(await t.backend.schedules.history({ name: 'daily', before: null, limit: 10 }), [])
    assert.equal((await t.counts()).pending, 1, 'the jobs that it made stay')
  }),

  'a paused schedule is not due, and goes on at the tick it is told': needs('clock', async (t) => {
    const now = await t.now()
    await put(t, newSchedule('daily', { nextTickAt: now }))
    const { schedules: store } = t.backend
    assert.deepEqual(await store.pause({ changes: [{ name: 'daily', paused: true, nextTickAt: null }] }), ['changed'])
    assert.deepEqual(await store.pause({ changes: [{ name: 'daily', paused: true, nextTickAt: null }] }), ['unchanged'])
    assert.deepEqual((await store.due({ limit: 10 })).due, [])
    assert.equal((await get(t, 'daily')).paused, true)
    const resume = { name: 'daily', paused: false, nextTickAt: now + 5_000 }
    assert.deepEqual(await store.pause({ changes: [resume] }), ['changed'])
    assert.deepEqual((await store.due({ limit: 10 })).due, [])
    await t.advance(5_000)
    assert.deepEqual(
      (await store.due({ limit: 10 })).due.map(({ nextTickAt }) => nextTickAt),
      [now + 5_000],
    )
  }),

  'a schedule that is put paused is not due': async (t) => {
    await put(t, newSchedule('daily', { nextTickAt: await t.now(), paused: true }))
    assert.deepEqual((await t.backend.schedules.due({ limit: 10 })).due, [])
    assert.equal((await get(t, 'daily')).paused, true)
  },

  'a schedule is due when it is told to be, also long after its next tick or before it': needs('clock', async (t) => {
    const now = await t.now()
    const { schedules: store } = t.backend
    const due = async (): Promise<readonly unknown[]> => {
      const given = await store.due({ limit: 10 })
      return [...given.due.map(({ name }) => name), given.nextTickAt]
    }
    await put(t, newSchedule('before', { nextTickAt: now + 9_000, dueAt: now + 1_000 }))
    await put(t, newSchedule('after', { nextTickAt: now - 9_000, dueAt: now + 2_000 }))
    assert.deepEqual(await due(), [now + 1_000])
    await t.advance(1_000)
    assert.deepEqual(await due(), ['before', now + 2_000])
    await t.advance(1_000)
    assert.deepEqual(await due(), ['before', 'after', null])
    await put(t, newSchedule('after', { nextTickAt: now - 9_000, dueAt: now + 5_000, definition: { task: 'other' } }))
    assert.deepEqual(await due(), ['before', now + 5_000])
    await store.pause({ changes: [{ name: 'before', paused: true, nextTickAt: null }] })
    const resume = { name: 'before', paused: false, nextTickAt: now + 9_000, dueAt: now + 7_000 }
    assert.deepEqual(await store.pause({ changes: [resume] }), ['changed'])
    await t.advance(2_000)
    assert.deepEqual(await due(), [now + 5_000])
    const { nextTickAt, dueAt } = await get(t, 'before')
    assert.deepEqual([nextTickAt, dueAt], [now + 9_000, now + 7_000])
  }),

  'with an owner, a schedule of somebody else is not removed': async (t) => {
    await put(t, newSchedule('mine', { definition: { owner: 'shop' } }))
    await put(t, newSchedule('theirs', { definition: { owner: 'mail' } }))
    await put(t, newSchedule('nobodys'))
    const { schedules: store } = t.backend
    const names = ['mine', 'theirs', 'nobodys']
    assert.deepEqual(await store.remove({ names, owner: 'shop' }), ['removed', 'unknown', 'unknown'])
    assert.deepEqual(await store.remove({ names, owner: null }), ['unknown', 'unknown', 'removed'])
    assert.deepEqual(await store.remove({ names }), ['unknown', 'removed', 'unknown'])
  },

  'resuming at a tick that was fired is refused': needs('clock', async (t) => {
    const { firedThrough } = await fired(t, 'daily')
    const { schedules: store } = t.backend
    await store.pause({ changes: [{ name: 'daily', paused: true, nextTickAt: null }] })
    const changes = [{ name: 'daily', paused: false, nextTickAt: firedThrough }]
    assert.deepEqual(await store.pause({ changes }), ['stale-tick'])
    assert.equal((await get(t, 'daily')).paused, true)
  }),

  'schedules are listed by name, a page at a time, and by owner': async (t) => {
    const names = ['b', 'B', 'a.1', 'a:1', 'c', '_']
    for (const name of names) await put(t, newSchedule(name, { definition: { owner: name === 'c' ? 'shop' : null } }))
    const { schedules: store } = t.backend
    const listed: string[] = []
    for (let after: string | null = null; ;) {
      const page: readonly ScheduleRecord[] = await store.list({ after, limit: 2 })
      listed.push(...page.map(({ name }) => name))
      after = page.at(-1)?.name ?? null
      if (after === null) break
    }
    assert.deepEqual(listed, names.toSorted())
    assert.deepEqual(
      (await store.list({ after: null, limit: 10, owner: 'shop' })).map(({ name }) => name),
      ['c'],
    )
    assert.equal((await store.list({ after: null, limit: 10, owner: null })).length, 5)
  },
})

async function put(t: TestStore, schedule: SchedulePut): Promise<PutOutcome> {
  const [outcome] = await t.backend.schedules.put({ schedules: [schedule] })
  assert.ok(outcome)
  return outcome
}

async function get(t: TestStore, name: string): Promise<ScheduleRecord> {
  const [record] = await t.backend.schedules.get({ names: [name] })
  assert.ok(record)
  return record
}

/** A schedule of which one tick was fired, a second ago. */
async function fired(t: TestStore, name: string): Promise<ScheduleRecord> {
  const tick = await t.now()
  const { record } = await put(t, newSchedule(name, { nextTickAt: tick }))
  assert.deepEqual(await t.backend.schedules.fire({ fires: [fireOf(record!, tick + 60_000)] }), ['fired'])
  await t.advance(1_000)
  return get(t, name)
}
