import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import type { Backend } from '../port/backend.js'
import { parseSchedule } from '../schedule/dated-schedule.js'
import { daily, interval, monthly } from '../schedule/schedule-object.js'
import { faultyBackend } from '../testing/faulty-backend.js'
import { FakeClock } from '../time/fake-clock.js'
import { randomInt, seededRandom } from '../time/random.js'
import { LOCK_MS } from './held-lock.js'
import { recordNameOf } from './period-record.js'
import type { PeriodSchedule } from './period-source.js'
import type { RoutineEvent } from './routine-event.js'
import { RoutineScheduler } from './routine-scheduler.js'
import type { RoutineWork } from './routine-work.js'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Drawn from the date of the first commit, so that it is the same for everybody. */
const SEED = 20_261_121

let clock: FakeClock
let backend: Backend
let events: RoutineEvent[]
let ends: AbortController[]
let running: Promise<unknown>[]
let instances: number

beforeEach(() => {
  clock = new FakeClock(Date.parse('2027-01-01T10:00:00Z'))
  backend = memory({ clock })
  events = []
  ends = []
  running = []
  instances = 0
})

afterEach(async () => {
  for (const end of ends) end.abort()
  await clock.advance(5 * SECOND)
  await Promise.all(running)
  expect(clock.timers).toEqual([])
})

function newScheduler(store: Backend = backend): RoutineScheduler {
  const { locks, schedules } = store
  const random = seededRandom(instances++)
  return new RoutineScheduler({ locks, schedules, clock, random, onEvent: (event) => events.push(event) })
}

/** Runs a routine on an instance of its own, until the test ends or `stop` is called. */
async function run(
  schedule: PeriodSchedule,
  work: RoutineWork,
  { store = backend, name = 'db maintenance' } = {},
): Promise<{ stop: () => Promise<void>; ended: Promise<unknown> }> {
  const end = new AbortController()
  const routine = newScheduler(store).withSchedule(name, schedule, work)
  const ended = routine(end.signal)
  ends.push(end)
  running.push(ended.catch(() => undefined))
  await clock.settle()
  const stop = async (): Promise<void> => {
    end.abort()
    await clock.settle()
    await ended
  }
  return {
    stop,
    ended: ended.then(
      () => 'ended',
      (error: unknown) => error,
    ),
  }
}

/** A routine that does nothing, and when it did it. */
function counter(): { work: () => void; at: string[] } {
  const at: string[] = []
  return { at, work: () => void at.push(new Date(clock.now()).toISOString().slice(0, 16)) }
}

const at = (text: string): number => Date.parse(`${text}Z`)

test(`C-25 a schedule of every 1 to 24 hours runs exactly seven times in seven periods (seed ${SEED})`, async () => {
  const random = seededRandom(SEED)
  for (let round = 0; round < 5; round++) {
    const everyMs = (1 + randomInt(random, 24)) * HOUR
    let runs = 0
    const { stop } = await run(interval(everyMs), () => (runs += 1), { name: `round ${round}` })
    for (let period = 1; period <= 7; period++) {
      expect(runs).toBe(period)
      await clock.advance(everyMs - 1)
      expect(runs).toBe(period)
      if (period < 7) await clock.advance(1)
    }
    await stop()
  }
})

test('C-26 after half an interval there is still one run', async () => {
  const { work, at: runs } = counter()
  await run('every 1 hour', work)
  await clock.advance(30 * MINUTE)
  expect(runs).toHaveLength(1)
})

test.each([3, 5, 7])('C-27 of %i competing instances exactly one runs each period', async (count) => {
  let runs = 0
  let side = 0
  const work = async (): Promise<void> => {
    runs += 1
    side += 1
    expect(side).toBe(1)
    await clock.sleep(randomInt(seededRandom(runs), 5 * MINUTE))
    side -= 1
  }
  for (let n = 0; n < count; n++) await run(interval(HOUR), work)
  for (let period = 1; period <= 7; period++) {
    await clock.advance(HOUR - 1)
    expect(runs).toBe(period)
    if (period < 7) await clock.advance(1)
  }
  expect(events.filter(({ type }) => type === 'period-done')).toHaveLength(7)
})

describe('C-28 when the routine fails', () => {
  test('now, the schedule rejects with its error and the period is not done', async () => {
    const failure = new Error('disk full')
    const { ended } = await run(interval(HOUR), () => {
      throw failure
    })
    expect(await ended).toBe(failure)
    const { work, at: runs } = counter()
    await run(interval(HOUR), work)
    expect(runs).toHaveLength(1)
  })

  test('later, the schedule rejects with its error, and what was done stays done', async () => {
    const failure = new TypeError('a mistake of the routine is its own')
    let runs = 0
    const { ended } = await run(interval(HOUR), async () => {
      await clock.sleep(10)
      if (++runs === 3) throw failure
    })
    await clock.advance(2 * HOUR + 10)
    expect(await ended).toBe(failure)
    expect(runs).toBe(3)
    const [record] = await backend.schedules.get({ names: [recordNameOf('db maintenance')] })
    expect(record).toMatchObject({ fired: 2, firedThrough: at('2027-01-01T11:00') })
    expect(await backend.locks.list({})).toEqual([])
  })
})

test('C-29 a daily schedule at 12:00 runs not at 10:00, and once at 12:01', async () => {
  const { work, at: runs } = counter()
  await run(daily({ hour: 12, timeZone: 'UTC' }), work)
  await clock.advance(2 * HOUR - 1)
  expect(runs).toEqual([])
  await clock.advance(MINUTE + 1)
  expect(runs).toEqual(['2027-01-01T12:00'])
})

describe('C-34 the next run is', () => {
  interface Vector {
    readonly schedule: PeriodSchedule
    readonly last?: string
    readonly now: string
    readonly waitMs: number
  }
  const noon = daily({ hour: 12, timeZone: 'UTC' })
  const third = monthly({ day: 3, hour: 12, timeZone: 'UTC' })
  const vectors: readonly (readonly [string, Vector])[] = [
    [
      '1 s away of every hour, 59:59 after the last',
      { schedule: interval(HOUR), last: '2023-01-01T10:00', now: '2023-01-01T10:59:59', waitMs: SECOND },
    ],
    [
      'now of every hour, two hours after the last',
      { schedule: interval(HOUR), last: '2023-01-01T10:00', now: '2023-01-01T12:00', waitMs: 0 },
    ],
    ['2 h away of a fresh daily 12:00 at 10:00', { schedule: noon, now: '2023-01-01T10:00', waitMs: 2 * HOUR }],
    [
      '11 h 55 m away of a daily 12:00 that starts again at 00:05',
      { schedule: noon, last: '2023-01-02T12:00', now: '2023-01-03T00:05', waitMs: 11 * HOUR + 55 * MINUTE },
    ],
    [
      '18 h away of a daily 12:00 that starts again at 18:00',
      { schedule: noon, last: '2023-01-02T12:00', now: '2023-01-02T18:00', waitMs: 18 * HOUR },
    ],
    ['2 d 12 h away of a fresh monthly on the 3rd', { schedule: third, now: '2023-01-01T00:00', waitMs: 60 * HOUR }],
    [
      '14 d 12 h away of a monthly on the 3rd that starts again on the 20th',
      { schedule: third, last: '2023-01-03T12:00', now: '2023-01-20T00:00', waitMs: 14 * 24 * HOUR + 12 * HOUR },
    ],
    [
      '2 d 12 h away of a monthly on the 3rd that starts again on the 1st',
      { schedule: third, last: '2023-01-03T12:00', now: '2023-02-01T00:00', waitMs: 60 * HOUR },
    ],
    [
      'on the last of February for a monthly on the 31st, fresh on January 31',
      { schedule: monthly({ day: 31, timeZone: 'UTC' }), now: '2023-01-31T01:00', waitMs: 28 * 24 * HOUR - HOUR },
    ],
    [
      'on March 31 where short months are skipped',
      {
        schedule: monthly({ day: 31, timeZone: 'UTC', overflow: 'skip' }),
        now: '2023-02-10T00:00',
        waitMs: 49 * 24 * HOUR,
      },
    ],
  ]

  test.each(vectors)('%s', async (_, { schedule, last, now, waitMs }) => {
    clock = new FakeClock(at(last ?? now))
    backend = memory({ clock })
    if (last !== undefined) {
      // The run before: a day earlier the routine was begun, and it ran at `last`.
      const isInterval = typeof schedule === 'object' && 'kind' in schedule && schedule.kind === 'interval'
      clock = new FakeClock(at(last) - (isInterval ? 0 : 24 * HOUR))
      backend = memory({ clock })
      const before = counter()
      const { stop } = await run(schedule, before.work)
      await clock.advanceTo(at(last))
      expect(before.at).toEqual([last])
      await stop()
      await clock.advanceTo(at(now))
    }
    const { work, at: runs } = counter()
    await run(schedule, work)
    if (waitMs > 0) await clock.advance(waitMs - 1)
    expect(runs).toHaveLength(waitMs > 0 ? 0 : 1)
    await clock.advance(1)
    expect(runs).toHaveLength(1)
  })
})

test.each([
  ['daily', daily({ hour: 12, timeZone: 'UTC' }), '2027-01-01T12:00'],
  ['monthly', monthly({ day: 3, hour: 12, timeZone: 'UTC' }), '2027-01-03T12:00'],
])(
  'C-35 a fresh %s schedule that starts twice before it is due runs once, when it is due',
  async (_, schedule, due) => {
    const { work, at: runs } = counter()
    const { stop } = await run(schedule, work)
    await clock.advance(HOUR)
    await stop()
    await run(schedule, work)
    await clock.advanceTo(at(due) - 1)
    expect(runs).toEqual([])
    await clock.advance(23 * HOUR)
    expect(runs).toEqual([due])
  },
)

describe('a period', () => {
  test('keeps its phase over restarts, and only the last that was missed is made up for', async () => {
    const { work, at: runs } = counter()
    const { stop } = await run(interval(HOUR), work)
    await clock.advance(HOUR + 10 * MINUTE)
    await stop()
    await clock.advance(3 * HOUR + 5 * MINUTE)
    await run(interval(HOUR), work)
    await clock.advance(HOUR)
    expect(runs).toEqual(['2027-01-01T10:00', '2027-01-01T11:00', '2027-01-01T14:15', '2027-01-01T15:00'])
  })

  test('is not run early or twice when the clock is set back, and once when it is set ahead', async () => {
    const { work, at: runs } = counter()
    await run(interval(HOUR), work)
    await clock.advance(90 * MINUTE)
    clock.jump(-2 * HOUR)
    await clock.advance(2 * HOUR + 29 * MINUTE)
    expect(runs).toHaveLength(2)
    await clock.advance(MINUTE)
    expect(runs).toHaveLength(3)
    clock.jump(30 * 24 * HOUR)
    await clock.advance(MINUTE)
    expect(runs).toHaveLength(4)
  })

  test('of an instance that died while it ran is done by another', async () => {
    const store = faultyBackend(backend)
    let began = 0
    await run(
      interval(HOUR),
      async (signal) => {
        began += 1
        await clock.sleep(10 * HOUR, signal)
      },
      { store: store.backend },
    )
    expect(began).toBe(1)
    const dead = store.inject({ kind: 'hang-before', times: Infinity })
    const { work, at: runs } = counter()
    await run(interval(HOUR), work)
    await clock.advance(LOCK_MS + SECOND)
    expect(runs).toHaveLength(1)
    dead.remove()
    await clock.advance(5 * SECOND)
    expect(events.filter(({ type }) => type === 'period-done')).toHaveLength(1)
    expect(events.filter(({ type }) => type === 'lock-lost')).toHaveLength(1)
  })

  test('that ends with the schedule ends the routine', async () => {
    const { work, at: runs } = counter()
    const { ended } = await run('at(2027-01-01T10:30:00)', work)
    await clock.advance(HOUR)
    expect(await ended).toBe('ended')
    expect(runs).toEqual(['2027-01-01T10:30'])
  })
})

describe('the lock', () => {
  test('is kept alive during a long run', async () => {
    let runs = 0
    const work = async (signal: AbortSignal): Promise<void> => {
      runs += 1
      await clock.sleep(3 * HOUR, signal)
    }
    await run(interval(HOUR), work)
    await run(interval(HOUR), work)
    await clock.advance(3 * HOUR - 1)
    expect(runs).toBe(1)
    expect(await backend.locks.list({})).toMatchObject([{ name: '~routine/db maintenance', term: 1 }])
  })

  test('aborts the run with a typed reason when it is lost, and the period is not done', async () => {
    let reason: unknown
    let runs = 0
    await run(interval(HOUR), async (signal) => {
      runs += 1
      if (runs > 1) return
      await clock.sleep(HOUR, signal).catch((error: unknown) => (reason = error))
    })
    const [held] = await backend.locks.list({})
    await backend.locks.release({ locks: [held!] })
    const asked = [{ name: held!.name, holder: 'another', ttlMs: MINUTE }]
    const [other] = await backend.locks.acquire({ locks: asked })
    await clock.advance(11 * SECOND)
    expect(reason).toMatchObject({ code: 'LEASE_LOST', facts: { term: 1 } })
    expect(events).toMatchObject([{ type: 'lock-lost', period: at('2027-01-01T10:00') }])
    expect((await backend.schedules.get({ names: [held!.name] }))[0]?.firedThrough).toBeNull()
    await backend.locks.release({ locks: [{ ...asked[0]!, term: other!.term }] })
    await clock.advance(MINUTE)
    expect(runs).toBe(2)
    expect(events.at(-1)).toMatchObject({ type: 'period-done', period: at('2027-01-01T10:00') })
  })

  test('counts as lost when the store does not answer for as long as it lasts', async () => {
    const store = faultyBackend(backend)
    let abortedAt = Infinity
    const work = async (signal: AbortSignal): Promise<void> => {
      await clock.sleep(HOUR, signal).catch(() => (abortedAt = clock.now()))
      signal.throwIfAborted()
    }
    await run(interval(HOUR), work, { store: store.backend })
    const startedAt = clock.now()
    store.inject({ kind: 'hang-before', on: 'locks.renew', times: Infinity })
    await clock.advance(LOCK_MS)
    expect(abortedAt - startedAt).toBe(LOCK_MS)
  })
})

describe('a routine', () => {
  test('does nothing until it is called, and can be called as `run`', async () => {
    const { work, at: runs } = counter()
    const routine = newScheduler().withSchedule('lazy', 'every 1 hour', { run: work })
    await clock.advance(2 * HOUR)
    expect([runs, await backend.schedules.get({ names: ['~routine/lazy'] })]).toEqual([[], [null]])
    const end = new AbortController()
    const done = routine.run(end.signal)
    await clock.settle()
    end.abort()
    await done
    expect([runs.length, routine.name]).toEqual([1, 'lazy'])
  })

  test('waits for the run under way when its signal aborts, and the run that succeeds is done', async () => {
    let isDone = false
    const { stop } = await run(interval(HOUR), async (signal) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      isDone = true
    })
    await stop()
    expect(isDone).toBe(true)
    expect(events).toMatchObject([{ type: 'period-done' }])
    expect(await backend.locks.list({})).toEqual([])
  })

  test('that gives up when its signal aborts has not done its period', async () => {
    const { stop } = await run(interval(HOUR), async (signal) => clock.sleep(HOUR, signal))
    await stop()
    expect(events).toEqual([])
    const { work, at: runs } = counter()
    await run(interval(HOUR), work)
    expect(runs).toHaveLength(1)
  })

  test('lives through a store that is away, and runs each period once', async () => {
    const store = faultyBackend(backend)
    const { work, at: runs } = counter()
    await run(interval(HOUR), work, { store: store.backend })
    await clock.advance(30 * MINUTE)
    const fault = store.inject({ kind: 'fail-before', times: Infinity })
    await clock.advance(2 * HOUR)
    fault.remove()
    await clock.advance(MINUTE)
    const lost = store.inject({ kind: 'fail-after', on: 'schedules.fire', times: 1 })
    await clock.advance(HOUR)
    expect(runs).toEqual(['2027-01-01T10:00', '2027-01-01T12:30', '2027-01-01T13:00'])
    expect(lost.hits).toBe(1)
    expect(events.filter(({ type }) => type === 'period-done')).toHaveLength(3)
  })

  test('goes on by its new schedule when the code says another', async () => {
    const { work, at: runs } = counter()
    const { stop } = await run(interval(HOUR), work)
    await clock.advance(90 * MINUTE)
    await stop()
    await run(interval(2 * HOUR), work)
    await clock.advance(2 * HOUR)
    expect(runs).toEqual(['2027-01-01T10:00', '2027-01-01T11:00', '2027-01-01T13:30'])
  })

  test('follows what parseSchedule returned', async () => {
    const { work, at: runs } = counter()
    await run(parseSchedule('0 12 * * *', { timeZone: 'Europe/Amsterdam' }), work)
    await clock.advance(3 * HOUR)
    expect(runs).toEqual(['2027-01-01T11:00'])
  })

  test('is seen by no scheduler and in no list', async () => {
    const { work } = counter()
    await run(interval(HOUR), work)
    await clock.advance(MINUTE)
    expect(await backend.schedules.list({ after: null, limit: 10 })).toEqual([])
    expect(await backend.schedules.due({ limit: 10 })).toMatchObject({ due: [], nextTickAt: null })
  })
})

describe('what is wrong is said at once:', () => {
  const work = (): void => undefined

  test('a name that is given twice', () => {
    const scheduler = newScheduler()
    scheduler.withSchedule('once', 'every 1 hour', work)
    expect(() => scheduler.withSchedule('once', 'every 2 hours', work)).toThrow(
      new TypeError('withSchedule: expected each name once, got "once" twice'),
    )
  })

  test.each([
    ['', /got 0 characters/],
    ['x'.repeat(129), /got 129 characters/],
    ['a\nb', /control characters/],
  ])('the name %j', (name, message) => {
    expect(() => newScheduler().withSchedule(name, 'every 1 hour', work)).toThrow(message)
  })

  test('a schedule that makes no sense, a routine that is none, a store without locks', () => {
    const scheduler = newScheduler()
    expect(() => scheduler.withSchedule('x', 'whenever', work)).toThrow(/whenever/)
    expect(() => scheduler.withSchedule('x', 'every 1 hour', 5 as never)).toThrow(/expected a function or an object/)
    expect(() => new RoutineScheduler({ schedules: backend.schedules } as never)).toThrow(/locks: expected the locks/)
    expect(() => new RoutineScheduler({ ...backend })).toThrow(/expected options among/)
    expect(scheduler.withSchedule('x', 'every 1 hour', work).name).toBe('x')
  })
})

test('long names are told apart, and fit where stores take names', () => {
  const names = ['db maintenance', 'x'.repeat(119), 'x'.repeat(120), `${'x'.repeat(127)}y`, `${'x'.repeat(127)}z`]
  const records = names.map(recordNameOf)
  expect(new Set(records).size).toBe(names.length)
  for (const record of records) expect(record).toMatch(/^~routine#?\/(?=.{1,119}$)/)
})
