import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import type { ScheduleDefinition } from '../model/schedule-record.js'
import type { Backend } from '../port/backend.js'
import { newDefinition, newSchedule } from '../testing/new-schedule.js'
import { FakeClock } from '../time/fake-clock.js'
import { seededRandom } from '../time/random.js'
import { Scheduler } from './scheduler.js'
import type { SchedulerEvent } from './scheduler-event.js'

const CROWD = 1_200
const PERIOD_MS = 10_000

let clock: FakeClock
let backend: Backend
let scheduler: Scheduler
let events: SchedulerEvent[]
/** What the scheduler asked the store for, in its order, since `calls` was emptied. */
let calls: string[]
/** The first instant at which all are due. */
let first: number

beforeEach(async () => {
  clock = new FakeClock()
  backend = memory({ clock })
  events = []
  calls = []
  first = clock.now() + PERIOD_MS
  await put(Array.from({ length: CROWD }, (_, at) => `beat-${at}`))
  const { due, get, fire } = backend.schedules
  vi.spyOn(backend.schedules, 'due').mockImplementation((params) => {
    calls.push('due')
    return due(params)
  })
  vi.spyOn(backend.schedules, 'get').mockImplementation((params) => {
    calls.push('get')
    return get(params)
  })
  vi.spyOn(backend.schedules, 'fire').mockImplementation((params) => {
    calls.push(`fire ${params.fires.length}`)
    return fire(params)
  })
  scheduler = new Scheduler({ backend, clock, random: seededRandom(1), onEvent: (event) => events.push(event) })
})

afterEach(async () => {
  const stopped = scheduler.stop()
  await clock.settle()
  await stopped
})

async function put(names: readonly string[], definition: Partial<ScheduleDefinition> = {}): Promise<void> {
  const anchor = clock.now()
  const full = newDefinition({ expression: 'every 10s', ...definition })
  const schedules = names.map((name) => newSchedule(name, { definition: full, anchor, nextTickAt: anchor + PERIOD_MS }))
  for (let at = 0; at < schedules.length; at += 500)
    await backend.schedules.put({ schedules: schedules.slice(at, at + 500) })
}

/** How often each instant was fired. */
function firedAt(): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const event of events) if (event.type === 'fired') counts.set(event.tick, (counts.get(event.tick) ?? 0) + 1)
  return counts
}

/** The scheduler runs, and the crowd of `first` is read: its instant is a millisecond away. */
async function justBefore(): Promise<void> {
  await scheduler.start()
  await clock.advance(PERIOD_MS - 1)
  expect(firedAt().size).toBe(0)
  calls = []
}

test('a crowd that is due at one instant is read before it, and only written when it comes', async () => {
  await justBefore()
  await clock.advance(1)
  expect(calls.slice(0, 2)).toEqual(['fire 1000', 'fire 200'])
  expect(firedAt()).toEqual(new Map([[first, CROWD]]))
  await clock.advance(PERIOD_MS)
  expect(firedAt()).toEqual(
    new Map([
      [first, CROWD],
      [first + PERIOD_MS, CROWD],
    ]),
  )
})

test('nothing is read ahead for a few', async () => {
  await backend.schedules.remove({ names: Array.from({ length: CROWD - 400 }, (_, at) => `beat-${at}`) })
  await scheduler.start()
  await clock.advance(3 * PERIOD_MS)
  expect(calls).not.toContain('get')
  expect(firedAt().get(first)).toBe(400)
})

test('nothing is read ahead by a scheduler that does not lead', async () => {
  const get = vi.spyOn(backend.schedules, 'get')
  await scheduler.start()
  await clock.settle()
  const theirs = memory({ clock }).schedules
  const follower = new Scheduler({
    backend: Object.create(backend, {
      schedules: {
        value: { ...backend.schedules, get: (params: Parameters<typeof theirs.get>[0]) => theirs.get(params) },
      },
    }) as Backend,
    clock,
    random: seededRandom(2),
  })
  const asked = vi.spyOn(theirs, 'get')
  await follower.start()
  await clock.advance(2 * PERIOD_MS)
  expect([scheduler.leads, follower.leads]).toEqual([true, false])
  expect(get).toHaveBeenCalled()
  expect(asked).not.toHaveBeenCalled()
  const stopped = follower.stop()
  await clock.settle()
  await stopped
})

test('what is edited, paused, removed or fired by somebody else after it was read is not fired as it was', async () => {
  await justBefore()
  await put(['beat-0'], { task: 'other' })
  await backend.schedules.pause({ changes: [{ name: 'beat-1', paused: true, nextTickAt: null }] })
  await backend.schedules.remove({ names: ['beat-2'] })
  const [before] = await backend.schedules.get({ names: ['beat-3'] })
  if (before == null) throw new Error('beat-3 is gone')
  const { name, incarnation, version } = before
  const fire = { name, incarnation, version, tick: first, nextTickAt: first + PERIOD_MS, jobs: [], ticks: [] }
  expect(await backend.schedules.fire({ fires: [fire] })).toEqual(['fired'])
  await clock.advance(1)
  expect(firedAt().get(first)).toBe(CROWD - 4)
  const fired = new Set(events.flatMap((event) => (event.type === 'fired' ? [event.schedule] : [])))
  expect(['beat-0', 'beat-1', 'beat-2', 'beat-3', 'beat-4'].map((one) => fired.has(one))).toEqual([
    ...[false, false, false, false],
    true,
  ])
})

test('what asks how its jobs stand is left to its instant', async () => {
  await put(['careful'], { overlap: 'skip' })
  await justBefore()
  await clock.advance(1)
  expect(calls.filter((call) => call.startsWith('fire'))).toEqual(['fire 1000', 'fire 200', 'fire 1'])
  expect(firedAt().get(first)).toBe(CROWD + 1)
})

test('what was read is forgotten when the clock is set, and nothing is fired before its instant', async () => {
  await justBefore()
  clock.jump(-5_000)
  await clock.advance(4_999)
  expect(firedAt().size).toBe(0)
  await clock.advance(2)
  expect(firedAt().get(first)).toBe(CROWD)
})

test('what was held up is decided anew, with how late it is', async () => {
  await justBefore()
  clock.jump(3 * PERIOD_MS)
  await clock.advance(0)
  expect(calls[0]).toBe('due')
  expect(firedAt()).toEqual(new Map([[first + 2 * PERIOD_MS, CROWD]]))
  const late = new Set(events.flatMap((event) => (event.type === 'fired' ? [event.lateMs] : [])))
  expect([...late]).toEqual([PERIOD_MS - 1])
})

test('a crowd that is fired some milliseconds late says so', async () => {
  await justBefore()
  // The wall clock runs a little ahead, by less than what is taken for a step.
  clock.jump(15)
  await clock.advance(0)
  const late = new Set(events.flatMap((event) => (event.type === 'fired' ? [event.lateMs] : [])))
  expect([...late]).toEqual([14])
})
