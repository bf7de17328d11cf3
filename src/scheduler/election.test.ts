import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import { newSchedule } from '../testing/new-schedule.js'
import { faultyBackend, type FaultyBackend } from '../testing/faulty-backend.js'
import type { Backend } from '../port/backend.js'
import { FakeClock } from '../time/fake-clock.js'
import { seededRandom } from '../time/random.js'
import { ELECTION, LEASE_MS } from './election.js'
import { Scheduler } from './scheduler.js'
import type { SchedulerEvent } from './scheduler-event.js'

const SECOND = 1_000

/** A scheduler, what it has told, and the way to make its store fail. */
interface Member {
  readonly scheduler: Scheduler
  readonly events: (SchedulerEvent & { readonly at: number })[]
  readonly store: FaultyBackend
}

let clock: FakeClock
let backend: Backend
let members: Member[]

beforeEach(() => {
  clock = new FakeClock()
  backend = memory({ clock })
  members = []
})

afterEach(async () => {
  const stopped = Promise.all(members.map(({ scheduler }) => scheduler.stop()))
  await clock.advance(30 * SECOND)
  await stopped
  expect(clock.timers).toEqual([])
})

async function join(name = `s${members.length}`): Promise<Member> {
  const events: Member['events'] = []
  const store = faultyBackend(backend)
  const scheduler = new Scheduler({
    backend: store.backend,
    name,
    clock,
    random: seededRandom(members.length),
    onEvent: (event) => events.push({ ...event, at: clock.now() }),
  })
  const member = { scheduler, events, store }
  members.push(member)
  await scheduler.start()
  await clock.settle()
  return member
}

/** It stands still, as one that was killed or frozen: whatever it is asked, its calls never arrive. */
function freeze({ store }: Member): { thaw: () => void } {
  const fault = store.inject({ kind: 'hang-before', times: Infinity })
  return { thaw: () => fault.remove() }
}

async function everySecond(name: string): Promise<number> {
  const anchor = clock.now()
  const definition = { expression: 'every 1s', missed: { all: { max: 1000, withinMs: 3_600_000 } } } as const
  const put = newSchedule(name, { anchor, nextTickAt: anchor + SECOND, definition })
  await backend.schedules.put({ schedules: [put] })
  return anchor
}

const leaders = (): readonly Member[] => members.filter(({ scheduler }) => scheduler.leads)

const lock = async (): Promise<unknown> => (await backend.locks.list({ prefix: ELECTION }))[0] ?? null

const firedTicks = (schedule: string): readonly number[] =>
  members
    .flatMap(({ events }) => events)
    .flatMap((event) => (event.type === 'fired' && event.schedule === schedule ? [event.tick] : []))
    .sort((a, b) => a - b)

const electionEvents = ({ events }: Member): readonly unknown[] =>
  events
    .filter(({ type }) => /^(?:election|became|lost)-/.test(type))
    .map((event) => [event.type, 'term' in event ? event.term : null, 'reason' in event ? event.reason : null])

describe('of all schedulers of a store', () => {
  test('the first leads, under a term that grows, and the others follow', async () => {
    const first = await join('one')
    const second = await join('two')
    await clock.advance(60 * SECOND)
    expect(leaders()).toEqual([first])
    expect(electionEvents(first)).toEqual([
      ['election-started', null, null],
      ['became-leader', 1, null],
    ])
    expect(electionEvents(second)).toEqual([['election-started', null, null]])
    expect(await lock()).toMatchObject({ holder: first.scheduler.id, term: 1 })
  })

  test('two of one name are two, and one leads', async () => {
    const [one, other] = [await join('same'), await join('same')]
    await clock.advance(30 * SECOND)
    expect(one.scheduler.id).not.toBe(other.scheduler.id)
    expect(leaders()).toEqual([one])
    expect(await backend.control.listNodes({})).toHaveLength(2)
  })

  test('an idle follower makes one beat in ten seconds and nothing else', async () => {
    await join()
    const follower = await join()
    await clock.advance(20 * SECOND)
    const before = follower.store.calls.length
    await clock.advance(100 * SECOND)
    const calls = follower.store.calls.slice(before)
    expect(new Set(calls)).toEqual(new Set(['control.beat']))
    expect(calls.length).toBeGreaterThanOrEqual(10)
    expect(calls.length).toBeLessThanOrEqual(11)
  })

  test('the leader alone fires, and each tick once', async () => {
    const leader = await join()
    const follower = await join()
    const start = await everySecond('beat')
    await clock.advance(60 * SECOND)
    expect(firedTicks('beat')).toEqual(Array.from({ length: 60 }, (_, index) => start + (index + 1) * SECOND))
    expect(leader.scheduler.fired).toBe(60)
    expect(follower.scheduler.fired).toBe(0)
  })
})

describe('when the leader is gone', () => {
  test.each([0, 1, 2, 3, 4, 5, 6])(
    'another leads within ten seconds and no tick is lost or doubled (%i)',
    async (phase) => {
      const leader = await join()
      const follower = await join()
      const start = await everySecond('beat')
      await clock.advance(20 * SECOND + phase * 473)
      freeze(leader)
      const diedAt = clock.now()
      await clock.advance(30 * SECOND)
      const became = follower.events.find(({ type }) => type === 'became-leader')
      expect(became).toMatchObject({ term: 2 })
      expect((became?.at ?? Infinity) - diedAt).toBeLessThanOrEqual(LEASE_MS + 1)
      const passed = Math.floor((clock.now() - start) / SECOND)
      expect(firedTicks('beat')).toEqual(Array.from({ length: passed }, (_, index) => start + (index + 1) * SECOND))
      const late = follower.events.flatMap((event) => (event.type === 'fired' ? [event.lateMs] : []))
      expect(Math.max(...late)).toBeLessThanOrEqual(2 * SECOND)
    },
  )

  test.each([0, 1, 2, 3, 4, 5, 6])('another leads within ten seconds also where nothing is due (%i)', async (phase) => {
    const leader = await join()
    await clock.advance(1_234)
    const follower = await join()
    await clock.advance(60 * SECOND + phase * 1_471)
    freeze(leader)
    const diedAt = clock.now()
    await clock.advance(30 * SECOND)
    const became = follower.events.find(({ type }) => type === 'became-leader')
    expect((became?.at ?? Infinity) - diedAt).toBeLessThanOrEqual(LEASE_MS + 1)
  })

  test('a leader that was frozen leads no more when it thaws, and fires nothing twice', async () => {
    const frozen = await join()
    const follower = await join()
    const start = await everySecond('beat')
    await clock.advance(5 * SECOND)
    const { thaw } = freeze(frozen)
    await clock.advance(2 * LEASE_MS)
    thaw()
    await clock.advance(20 * SECOND)
    expect(leaders()).toEqual([follower])
    expect(electionEvents(frozen).at(-1)).toEqual(['lost-leadership', 1, 'in-doubt'])
    expect(firedTicks('beat')).toEqual(Array.from({ length: 45 }, (_, index) => start + (index + 1) * SECOND))
  })

  test('one that is stopped frees its lead at once', async () => {
    const leader = await join()
    const follower = await join()
    await everySecond('beat')
    await clock.advance(5 * SECOND)
    const stopped = leader.scheduler.stop()
    await clock.settle()
    await stopped
    expect(electionEvents(leader).at(-1)).toEqual(['lost-leadership', 1, 'stopped'])
    expect(await lock()).toBeNull()
    await clock.advance(3 * SECOND)
    expect(leaders()).toEqual([follower])
  })
})

describe('a leader steps down', () => {
  test('when its lock is somebody else’s', async () => {
    const leader = await join()
    await backend.locks.release({ locks: [{ name: ELECTION, holder: leader.scheduler.id, term: 1 }] })
    await backend.locks.acquire({ locks: [{ name: ELECTION, holder: 'another', ttlMs: LEASE_MS }] })
    await clock.advance(4 * SECOND)
    expect(leaders()).toEqual([])
    expect(electionEvents(leader).at(-1)).toEqual(['lost-leadership', 1, 'lost'])
    await clock.advance(LEASE_MS)
    expect(leaders()).toEqual([leader])
    expect(electionEvents(leader).at(-1)).toEqual(['became-leader', 3, null])
  })

  test('when the store leaves its renewal without an answer, before another can lead', async () => {
    const leader = await join()
    const follower = await join()
    leader.store.inject({ kind: 'hang-before', on: 'control.beat', times: Infinity })
    for (let passed = 0; passed < 15 * SECOND; passed += 100) {
      await clock.advance(100)
      expect(leaders().length).toBeLessThanOrEqual(1)
    }
    expect(electionEvents(leader).at(-1)).toEqual(['lost-leadership', 1, 'in-doubt'])
    expect(leaders()).toEqual([follower])
  })

  test('when the clock says that its lease may have ended', async () => {
    const leader = await join()
    await clock.advance(SECOND)
    clock.jump(LEASE_MS)
    expect(leader.scheduler.leads).toBe(false)
    await clock.advance(5 * SECOND)
    expect(leader.scheduler.leads).toBe(true)
    expect(electionEvents(leader).at(-1)).toEqual(['became-leader', 2, null])
  })

  test('when it cannot read what is due, and does not lead at all when it never could', async () => {
    const leader = await join()
    const follower = await join()
    await everySecond('beat')
    await clock.advance(2 * SECOND)
    leader.store.inject({ kind: 'fail-before', on: 'schedules.due', times: Infinity })
    await clock.advance(12 * SECOND)
    expect(electionEvents(leader).at(-1)).toEqual(['lost-leadership', 1, 'unfit'])
    expect(leaders()).toEqual([follower])
    const half = await join()
    half.store.inject({ kind: 'fail-before', on: 'schedules.due', times: Infinity })
    const stopped = follower.scheduler.stop()
    await clock.settle()
    await stopped
    await clock.advance(30 * SECOND)
    expect(electionEvents(half).map((event) => (event as unknown[])[0])).not.toContain('became-leader')
    expect(await lock()).toBeNull()
  })

  test('not when a call fails that is answered at once and then works', async () => {
    const leader = await join()
    leader.store.inject({ kind: 'fail-before', on: 'control.beat', times: 2 })
    await clock.advance(30 * SECOND)
    expect(electionEvents(leader)).toHaveLength(2)
    expect(leaders()).toEqual([leader])
  })
})

test('a wall clock that is set either way leaves one leader, and fires nothing early and nothing twice', async () => {
  await join()
  await join()
  const start = await everySecond('beat')
  await clock.advance(10_500)
  clock.jump(-2 * 3_600_000)
  await clock.advance(60 * SECOND)
  expect(firedTicks('beat')).toHaveLength(10)
  clock.jump(2 * 3_600_000 - 60 * SECOND)
  await clock.advance(15 * SECOND)
  clock.jump(1_000 * SECOND)
  await clock.advance(60 * SECOND)
  expect(leaders()).toHaveLength(1)
  const passed = Math.floor((clock.now() - start) / SECOND)
  const due = new Set(Array.from({ length: passed }, (_, index) => start + (index + 1) * SECOND))
  const ticks = firedTicks('beat')
  expect(new Set(ticks).size).toBe(ticks.length)
  expect(ticks.filter((tick) => !due.has(tick))).toEqual([])
  expect(ticks.at(-1)).toBe(start + passed * SECOND)
})

test('a scheduler without any other fires as if there were no election', async () => {
  const { scheduler, events } = await join()
  const start = await everySecond('beat')
  await clock.advance(3 * SECOND)
  const fired = events.flatMap((event) => (event.type === 'fired' ? [[event.tick, event.lateMs]] : []))
  expect(fired).toEqual([1, 2, 3].map((passed) => [start + passed * SECOND, 0]))
  expect(scheduler.leads).toBe(true)
})

test.each([25, 300])(
  'C6 a tick in %i days is waited for without a look meanwhile, and fired when it is due',
  async (days) => {
    const { store, events } = await join()
    const dueAt = clock.now() + days * 86_400_000
    await backend.schedules.put({
      schedules: [newSchedule('far', { nextTickAt: dueAt, definition: { expression: '0 0 1 1 *' } })],
    })
    await clock.advance(SECOND)
    const looks = (): number => store.calls.filter((call) => call === 'schedules.due').length
    const before = looks()
    await clock.advance(60 * SECOND)
    expect(looks()).toBe(before)
    clock.jump(dueAt - clock.now() - SECOND)
    await clock.advance(SECOND - 1)
    expect(firedTicks('far')).toEqual([])
    await clock.advance(1)
    expect(events.filter(({ type }) => type === 'fired')).toMatchObject([{ tick: dueAt, lateMs: 0 }])
  },
)
