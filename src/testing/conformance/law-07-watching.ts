import assert from 'node:assert/strict'
import type { ScheduleRecord } from '../../model/schedule-record.js'
import { newSchedule } from '../new-schedule.js'
import { chapter } from './chapter.js'
import { newNode } from './new-node.js'
import { firedTick, fireOf } from './fire-of.js'
import type { TestStore } from './test-store.js'

export const watching = chapter('Law 7: whoever watches all schedules need not list them at each tick', {
  'the revision of schedules is another one after each edit': async (t) => {
    const seen = [await revision(t)]
    // A store that has none is listed from time to time.
    if (seen[0] === undefined) return
    const edits: readonly (() => Promise<unknown>)[] = [
      async () => put(t, 'daily'),
      async () => put(t, 'daily', 'every 2 hours'),
      async () => t.backend.schedules.pause({ changes: [{ name: 'daily', paused: true, nextTickAt: null }] }),
      async () =>
        t.backend.schedules.pause({ changes: [{ name: 'daily', paused: false, nextTickAt: 9_000_000_000_000 }] }),
      async () => t.backend.schedules.remove({ names: ['daily'] }),
    ]
    for (const edit of edits) {
      await edit()
      seen.push(await revision(t))
      assert.notEqual(seen.at(-1), seen.at(-2))
    }
    assert.equal(new Set(seen).size, edits.length + 1)
  },

  'the revision of schedules stays while they only fire': async (t) => {
    const record = await put(t, 'daily')
    const before = await revision(t)
    assert.deepEqual(await t.backend.schedules.fire({ fires: [fireOf(record, 9_000_000_000_001)] }), ['fired'])
    assert.equal(await revision(t), before)
  },

  'a beat tells the revision that due tells': async (t) => {
    await put(t, 'daily')
    const { schedulesRevision } = await t.backend.control.beat({ node: newNode(), locks: [] })
    assert.equal(schedulesRevision, await revision(t))
  },

  'names that begin with ~ are in no list, and are found by their name': async (t) => {
    for (const name of ['daily', '~routine/daily', 'zero', '~']) await put(t, name)
    const names = async (owner?: string | null): Promise<readonly string[]> => {
      const page = { after: null, limit: 10, ...(owner === undefined ? {} : { owner }) }
      return (await t.backend.schedules.list(page)).map(({ name }) => name)
    }
    assert.deepEqual(
      [await names(), await names(null)],
      [
        ['daily', 'zero'],
        ['daily', 'zero'],
      ],
    )
    const found = await t.backend.schedules.get({ names: ['~routine/daily', '~', '~other'] })
    assert.deepEqual(
      found.map((record) => record?.name ?? null),
      ['~routine/daily', '~', null],
    )
  },

  'a schedule that is never due moves on without jobs when somebody fires it': async (t) => {
    const record = await put(t, '~routine/daily', 'every 1 hour', null)
    const fire = { ...fireOf(record, null, []), tick: 1_000, ticks: [firedTick(1_000, null)] }
    assert.deepEqual(await t.backend.schedules.fire({ fires: [fire] }), ['fired'])
    assert.deepEqual(await t.backend.schedules.fire({ fires: [fire] }), ['superseded'])
    const [moved] = await t.backend.schedules.get({ names: [record.name] })
    assert.ok(moved)
    assert.deepEqual([moved.firedThrough, moved.fired, moved.nextTickAt], [1_000, 1, null])
    const stale = { ...fire, version: moved.version }
    assert.deepEqual(await t.backend.schedules.fire({ fires: [stale] }), ['superseded'])
    const { due, nextTickAt } = await t.backend.schedules.due({ limit: 10 })
    assert.deepEqual([due, nextTickAt], [[], null])
  },
})

async function revision(t: TestStore): Promise<number | undefined> {
  return (await t.backend.schedules.due({ limit: 1 })).schedulesRevision
}

async function put(
  t: TestStore,
  name: string,
  expression = 'every 1 hour',
  nextTickAt: number | null = 9_000_000_000_000,
): Promise<ScheduleRecord> {
  const [outcome] = await t.backend.schedules.put({
    schedules: [newSchedule(name, { definition: { expression }, nextTickAt })],
  })
  assert.ok(outcome?.record)
  return outcome.record
}
