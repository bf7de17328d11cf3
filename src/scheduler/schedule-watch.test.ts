import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import type { Backend } from '../port/backend.js'
import { newSchedule } from '../testing/new-schedule.js'
import { faultyBackend, type FaultyBackend } from '../testing/faulty-backend.js'
import { FakeClock } from '../time/fake-clock.js'
import { seededRandom } from '../time/random.js'
import { Scheduler } from './scheduler.js'
import type { SchedulerEvent } from './scheduler-event.js'
import { ScheduleWatch } from './schedule-watch.js'

const SECOND = 1_000

let clock: FakeClock
let backend: Backend
let schedulers: Scheduler[]

beforeEach(() => {
  clock = new FakeClock()
  backend = memory({ clock })
  schedulers = []
})

afterEach(async () => {
  const stopped = Promise.all(schedulers.map((scheduler) => scheduler.stop()))
  await clock.settle()
  await stopped
  expect(clock.timers).toEqual([])
})

async function start(given: Backend = backend): Promise<{ told: SchedulerEvent[]; store: FaultyBackend }> {
  const told: SchedulerEvent[] = []
  const store = faultyBackend(given)
  const onEvent = (event: SchedulerEvent): void => {
    if (event.type.startsWith('schedule')) told.push(event)
  }
  const scheduler = new Scheduler({ backend: store.backend, clock, random: seededRandom(schedulers.length), onEvent })
  schedulers.push(scheduler)
  await scheduler.start()
  await clock.settle()
  return { told, store }
}

async function put(name: string, expression = 'every 1s'): Promise<void> {
  const nextTickAt = clock.now() + SECOND
  const missed = 'latest'
  await backend.schedules.put({
    schedules: [newSchedule(name, { anchor: clock.now(), nextTickAt, definition: { expression, missed } })],
  })
}

const typesOf = (told: readonly SchedulerEvent[]): readonly string[] =>
  told.map((event) => ('schedule' in event ? `${event.type} ${event.schedule}` : event.type))

describe('every scheduler, the leader or not,', () => {
  test('tells of the schedules that it finds when it starts', async () => {
    await put('b', '0 8 * * *')
    await put('a')
    const { told } = await start()
    const other = await start()
    expect(typesOf(told)).toEqual(['schedule-added a', 'schedule-added b', 'schedules-loaded'])
    expect(told.at(-1)).toEqual({ type: 'schedules-loaded', count: 2, areMore: false })
    expect(told[1]).toMatchObject({ expression: '0 8 * * *', queue: 'queue', task: 'task', timeZone: 'UTC' })
    expect(other.told).toEqual(told)
  })

  test('tells of what is added, changed, paused, resumed and removed, without a restart', async () => {
    const all = [await start(), await start()]
    for (const { told } of all) expect(told.splice(0)).toHaveLength(1)
    const step = async (edit: () => Promise<unknown>, expected: readonly string[]): Promise<void> => {
      await clock.advance(2 * SECOND)
      await edit()
      await clock.settle()
      for (const { told } of all) expect(typesOf(told.splice(0))).toEqual(expected)
    }
    const nextTickAt = clock.now() + 3_600_000
    await step(async () => put('a', 'every 1h'), ['schedule-added a'])
    await step(async () => put('a', 'every 2h'), ['schedule-changed a'])
    await step(async () => put('a', 'every 2h'), [])
    await step(
      async () => backend.schedules.pause({ changes: [{ name: 'a', paused: true, nextTickAt: null }] }),
      ['schedule-paused a'],
    )
    await step(
      async () => backend.schedules.pause({ changes: [{ name: 'a', paused: false, nextTickAt }] }),
      ['schedule-resumed a'],
    )
    await step(async () => backend.schedules.remove({ names: ['a'] }), ['schedule-removed a'])
    await step(async () => put('~routine/hidden'), [])
  })

  test('tells of one that was removed and made again', async () => {
    await put('a')
    const { told } = await start()
    told.splice(0)
    await clock.advance(100)
    await backend.schedules.remove({ names: ['a'] })
    await put('a')
    await clock.advance(SECOND)
    expect(typesOf(told)).toEqual(['schedule-changed a'])
  })

  test('lists nothing while schedules only fire', async () => {
    await put('a')
    const { store } = await start()
    const lists = (): number => store.calls.filter((call) => call === 'schedules.list').length
    expect(lists()).toBe(1)
    await clock.advance(60 * SECOND)
    expect(lists()).toBe(1)
  })

  test('lists again every ten seconds where the store cannot tell of edits', async () => {
    const schedules: Backend['schedules'] = {
      ...backend.schedules,
      due: async (params) => {
        const { schedulesRevision: _untold, ...found } = await backend.schedules.due(params)
        return found
      },
    }
    const control: Backend['control'] = {
      ...backend.control,
      beat: async (params) => {
        const { schedulesRevision: _untold, acquired: _unasked, ...result } = await backend.control.beat(params)
        return result
      },
    }
    const { told, store } = await start({ ...backend, schedules, control })
    await clock.advance(SECOND)
    await put('a', 'every 1h')
    await clock.advance(15 * SECOND)
    expect(typesOf(told)).toEqual(['schedules-loaded', 'schedule-added a'])
    await clock.advance(60 * SECOND)
    const lists = store.calls.filter((call) => call === 'schedules.list').length
    expect(lists).toBeGreaterThanOrEqual(5)
    expect(lists).toBeLessThanOrEqual(9)
    expect(schedulers[0]?.leads).toBe(true)
  })

  test('tries again when a listing fails, and tells nothing twice', async () => {
    const { told, store } = await start()
    await clock.advance(SECOND)
    store.inject({ kind: 'fail-before', on: 'schedules.list', times: 3 })
    await put('a', 'every 1h')
    await clock.advance(10 * SECOND)
    expect(typesOf(told)).toEqual(['schedules-loaded', 'schedule-added a'])
  })
})

describe('with more schedules than are watched', () => {
  const COUNT = 100_500

  /** Names in their order, as a store gives them; no store of that size is needed for it. */
  function names(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `s${String(index).padStart(6, '0')}`)
  }

  test('the first are told of, one page to a turn, and nothing else as if it had come or gone', async () => {
    let all = names(COUNT)
    const told: SchedulerEvent[] = []
    let wakes = 0
    const watch = new ScheduleWatch({
      clock,
      tell: (event) => told.push(event),
      wake: () => (wakes += 1),
      list: async ({ after, limit }) => {
        const from = after === null ? 0 : all.findIndex((name) => name > after)
        if (from < 0) return []
        const page = all.slice(from, from + limit)
        const record = (await backend.schedules.get({ names: ['model'] }))[0]
        return page.map((name) => ({ ...record!, name }))
      },
    })
    await put('model', 'every 1h')
    expect(await watch.tick()).toEqual({ nextAt: null })
    expect(told).toEqual([])
    watch.heard(1)
    await watch.tick()
    expect(told.at(-1)).toEqual({ type: 'schedules-loaded', count: 100_000, areMore: true })
    expect(told.splice(0)).toHaveLength(100_001)
    all = ['first', ...all].sort()
    watch.heard(2)
    await watch.tick()
    all = all.filter((name) => name !== 's000007')
    watch.heard(3)
    await watch.tick()
    expect(typesOf(told)).toEqual(['schedule-added first', 'schedule-removed s000007'])
    expect(wakes).toBe(3)
  })
})
