import { afterEach, beforeEach, expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import type { Backend } from '../port/backend.js'
import { newSchedule } from '../testing/new-schedule.js'
import { FakeClock } from '../time/fake-clock.js'
import { seededRandom } from '../time/random.js'
import { Scheduler } from './scheduler.js'
import type { SchedulerEvent } from './scheduler-event.js'

const STRANGE = 'whenever you like'

let clock: FakeClock
let backend: Backend
let events: SchedulerEvent[]
let scheduler: Scheduler
let looks: number

beforeEach(() => {
  clock = new FakeClock()
  backend = memory({ clock })
  events = []
  looks = 0
  const due = backend.schedules.due.bind(backend.schedules)
  backend.schedules.due = async (params) => {
    looks += 1
    return due(params)
  }
  scheduler = new Scheduler({ backend, clock, random: seededRandom(1), onEvent: (event) => events.push(event) })
})

afterEach(async () => {
  const stopped = scheduler.stop()
  await clock.settle()
  await stopped
})

async function put(names: readonly string[], expression: string, inMs: number): Promise<void> {
  const anchor = clock.now()
  const fields = { anchor, nextTickAt: anchor + inMs, definition: { expression } }
  await backend.schedules.put({ schedules: names.map((name) => newSchedule(name, fields)) })
}

const unreadable = (): readonly SchedulerEvent[] => events.filter(({ type }) => type === 'unreadable')

async function firedBy(name: string): Promise<number> {
  const [record] = await backend.schedules.get({ names: [name] })
  return record?.fired ?? 0
}

test('a schedule that this version cannot read is left as it is, told once, and the others are fired', async () => {
  await put(['strange'], STRANGE, 0)
  await put(['beat'], 'every 10s', 10_000)
  const before = await backend.schedules.get({ names: ['strange'] })
  await scheduler.start()
  await clock.advance(35_000)
  expect(await backend.schedules.get({ names: ['strange'] })).toEqual(before)
  expect(await firedBy('beat')).toBe(3)
  expect(unreadable()).toMatchObject([{ schedule: 'strange' }])
})

test('a due schedule that cannot be read does not keep the scheduler busy', async () => {
  await put(['strange'], STRANGE, 0)
  await scheduler.start()
  await clock.advance(60_000)
  // One look finds it, one looks behind it, one is the leader's first, and then one goes with each beat of the leader.
  expect(looks).toBeGreaterThanOrEqual(18)
  expect(looks).toBeLessThanOrEqual(22)
})

test.each([900, 2_100])('%i schedules that cannot be read do not hide the ones behind them', async (count) => {
  const names = Array.from({ length: count }, (_, index) => `strange-${index}`)
  await put(names, STRANGE, 0)
  await put(['beat'], 'every 10s', 10_000)
  await scheduler.start()
  await clock.advance(30_000)
  expect(await firedBy('beat')).toBe(3)
  expect(unreadable()).toHaveLength(count)
  expect(looks).toBeLessThanOrEqual(24)
})

test('an edit is told again when it cannot be read either, and fires when it can', async () => {
  await put(['strange'], STRANGE, 0)
  await scheduler.start()
  await clock.advance(1_000)
  await put(['strange'], `${STRANGE}, really`, 0)
  await clock.advance(10_000)
  expect(unreadable()).toHaveLength(2)
  await put(['strange'], 'every 10s', 10_000)
  await clock.advance(10_000)
  expect(await firedBy('strange')).toBe(1)
  expect(unreadable()).toHaveLength(2)
})
