import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import { RotaError } from '../model/errors.js'
import type { ScheduleDefinition, ScheduleRecord } from '../model/schedule-record.js'
import { nextWithin } from '../model/tick-bounds.js'
import type { Backend } from '../port/backend.js'
import { parseSchedule } from '../schedule/parse-schedule.js'
import { newDefinition, newSchedule } from '../testing/new-schedule.js'
import { FakeClock } from '../time/fake-clock.js'
import { seededRandom } from '../time/random.js'
import { Scheduler } from './scheduler.js'
import type { SchedulerEvent } from './scheduler-event.js'

const SECOND = 1000

let clock: FakeClock
let backend: Backend
let events: SchedulerEvent[]
let schedulers: Scheduler[]

beforeEach(() => {
  clock = new FakeClock()
  backend = memory({ clock })
  events = []
  schedulers = []
})

afterEach(async () => {
  const stopped = Promise.all(schedulers.map((scheduler) => scheduler.stop()))
  await clock.settle()
  await stopped
  expect(clock.timers).toEqual([])
})

function makeScheduler(store: Backend = backend): Scheduler {
  const random = seededRandom(schedulers.length)
  const scheduler = new Scheduler({ backend: store, clock, random, onEvent: (event) => events.push(event) })
  schedulers.push(scheduler)
  return scheduler
}

async function put(name: string, definition: Partial<ScheduleDefinition> = {}): Promise<ScheduleRecord> {
  const full = newDefinition({ expression: 'every 10s', ...definition })
  const anchor = clock.now()
  const source = full.expression.startsWith('every')
    ? parseSchedule(full.expression, { anchor })
    : { next: () => anchor }
  const nextTickAt = nextWithin(source, full, anchor)
  const schedule = newSchedule(name, { definition: full, anchor, nextTickAt })
  const [outcome] = await backend.schedules.put({ schedules: [schedule] })
  return outcome?.record as ScheduleRecord
}

/** The ticks that have a job, in their order. */
async function ticks(schedule: string): Promise<readonly number[]> {
  const found: number[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<Backend['inspector']['list']>> = await backend.inspector.list({
      state: 'pending',
      limit: 1000,
      after,
    })
    for (const { tick } of page.jobs) if (tick?.schedule === schedule) found.push(tick.tick)
    after = page.next
  } while (after !== null)
  return found.sort((a, b) => a - b)
}

const everyTenSeconds = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + (index + 1) * 10 * SECOND)

describe('one scheduler', () => {
  test('fires each tick at its instant, and none before', async () => {
    const start = clock.now()
    await put('beat')
    await makeScheduler().start()
    await clock.advance(10 * SECOND - 1)
    expect(await ticks('beat')).toEqual([])
    await clock.advance(1)
    expect(await ticks('beat')).toEqual([start + 10 * SECOND])
    await clock.advance(50 * SECOND)
    expect(await ticks('beat')).toEqual(everyTenSeconds(start, 6))
    expect(events.flatMap((event) => (event.type === 'fired' ? [event.lateMs] : []))).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('hears of a schedule that is made while it sleeps', async () => {
    await makeScheduler().start()
    await clock.advance(3 * SECOND)
    const start = clock.now()
    await put('beat', { expression: 'every 1s' })
    await clock.advance(2 * SECOND)
    expect(await ticks('beat')).toEqual([start + SECOND, start + 2 * SECOND])
  })

  test('finds it within a second where nothing can be heard', async () => {
    const { wakeups: _none, ...deaf } = backend
    await makeScheduler({ ...deaf, capabilities: { ...backend.capabilities, wakeups: 'none' } }).start()
    await clock.advance(500)
    const start = clock.now()
    await put('beat', { expression: 'every 2s' })
    await clock.advance(2 * SECOND)
    expect(await ticks('beat')).toEqual([start + 2 * SECOND])
  })

  test('finds it within a beat of the leader when the hint was lost', async () => {
    await makeScheduler({ ...backend, wakeups: { subscribe: () => () => undefined } }).start()
    await clock.advance(SECOND)
    const start = clock.now()
    await put('beat', { expression: 'every 2s' })
    await clock.advance(10 * SECOND)
    expect(await ticks('beat')).toEqual([2, 4, 6, 8, 10].map((passed) => start + passed * SECOND))
  })

  test('makes one late run for what was missed while none ran, and records the others', async () => {
    const start = clock.now()
    await put('beat')
    await clock.advance(35 * SECOND)
    await makeScheduler().tick()
    expect(await ticks('beat')).toEqual([start + 30 * SECOND])
    expect(events).toMatchObject([
      { type: 'skipped', count: 2, reason: 'missed', tick: start + 20 * SECOND },
      { type: 'fired', lateMs: 5 * SECOND },
    ])
    const [record] = await backend.schedules.get({ names: ['beat'] })
    expect(record).toMatchObject({ fired: 1, skipped: 2, late: 1, nextTickAt: start + 40 * SECOND })
  })

  test('does not fire early or twice when the clock is set back', async () => {
    const start = clock.now()
    await put('beat')
    await makeScheduler().start()
    await clock.advance(10 * SECOND)
    clock.jump(-5 * SECOND)
    await clock.advance(14 * SECOND)
    expect(await ticks('beat')).toEqual([start + 10 * SECOND])
    await clock.advance(SECOND)
    expect(await ticks('beat')).toEqual(everyTenSeconds(start, 2))
  })

  test('is in the registry while it runs', async () => {
    const scheduler = makeScheduler()
    await scheduler.start()
    await clock.settle()
    expect(await backend.control.listNodes({})).toMatchObject([{ id: scheduler.id, kind: 'scheduler' }])
    await scheduler.stop()
    expect(await backend.control.listNodes({})).toEqual([])
  })

  test('leaves out a tick while the run before is unfinished, where overlap is `skip`', async () => {
    const start = clock.now()
    await put('beat', { overlap: 'skip' })
    await makeScheduler().start()
    await clock.advance(20 * SECOND)
    expect(await ticks('beat')).toEqual([start + 10 * SECOND])
    const [job] = (await backend.inspector.list({ state: 'pending', limit: 1, after: null })).jobs
    await backend.jobs.cancel({ ids: [job?.id ?? ''], reason: null })
    await clock.advance(10 * SECOND)
    expect(await ticks('beat')).toEqual([start + 30 * SECOND])
  })

  test('fires the others when the store refuses one', async () => {
    const fire = backend.schedules.fire.bind(backend.schedules)
    backend.schedules.fire = async (params) => {
      if (params.fires.some(({ name }) => name === 'bad')) throw new TypeError('refused')
      return fire(params)
    }
    await put('bad')
    await put('beat')
    await makeScheduler().start()
    await clock.advance(40 * SECOND)
    expect((await ticks('beat')).length).toBeGreaterThan(2)
    expect(await ticks('bad')).toEqual([])
    expect(events.some(({ type }) => type === 'store-error')).toBe(true)
  })

  test('goes on when the store comes back, and owes nothing', async () => {
    const start = clock.now()
    const due = backend.schedules.due.bind(backend.schedules)
    let isAway = true
    backend.schedules.due = async (params) => {
      if (isAway) throw new RotaError('BACKEND_UNAVAILABLE', 'away')
      return due(params)
    }
    await put('beat')
    await makeScheduler().start()
    await clock.advance(15 * SECOND)
    isAway = false
    await clock.advance(10 * SECOND)
    expect(await ticks('beat')).toEqual(everyTenSeconds(start, 2))
  })
})

describe('many schedulers on one store', () => {
  test('fire each tick once', async () => {
    const start = clock.now()
    for (let n = 0; n < 20; n++) await put(`beat-${n}`)
    await Promise.all(Array.from({ length: 4 }, async () => makeScheduler().start()))
    await clock.advance(60 * SECOND)
    for (let n = 0; n < 20; n++) expect(await ticks(`beat-${n}`)).toEqual(everyTenSeconds(start, 6))
  })

  test('one that was frozen between looking and firing changes nothing', async () => {
    const start = clock.now()
    await put('beat')
    let thaw: (() => void) | undefined
    const frozen: Backend = {
      ...backend,
      schedules: {
        ...backend.schedules,
        fire: async (params) => {
          await new Promise<void>((resolve) => {
            thaw = resolve
          })
          return backend.schedules.fire(params)
        },
      },
    }
    await clock.advance(10 * SECOND)
    const late = makeScheduler(frozen).tick()
    await clock.settle()
    await makeScheduler().tick()
    await clock.advance(5 * SECOND)
    thaw?.()
    await late
    expect(await ticks('beat')).toEqual([start + 10 * SECOND])
    expect(events.filter(({ type }) => type === 'fired')).toHaveLength(1)
  })

  test('one that dies between firing and hearing of it costs no tick', async () => {
    const start = clock.now()
    await put('beat')
    const dying: Backend = {
      ...backend,
      schedules: {
        ...backend.schedules,
        fire: async (params) => {
          await backend.schedules.fire(params)
          throw new RotaError('BACKEND_UNAVAILABLE', 'the answer was lost')
        },
      },
    }
    await clock.advance(10 * SECOND)
    await expect(makeScheduler(dying).tick()).rejects.toThrow('the answer was lost')
    await makeScheduler().tick()
    expect(await ticks('beat')).toEqual([start + 10 * SECOND])
  })

  test('an edit between looking and firing wins', async () => {
    await put('beat')
    const edited: Backend = {
      ...backend,
      schedules: {
        ...backend.schedules,
        fire: async (params) => {
          await put('beat', { task: 'other' })
          return backend.schedules.fire(params)
        },
      },
    }
    await clock.advance(10 * SECOND)
    await makeScheduler(edited).tick()
    expect(await ticks('beat')).toEqual([])
    expect(events).toEqual([])
  })
})

test('five thousand schedules that are due at once are fired in a few writes', async () => {
  for (let n = 0; n < 5000; n++) await put(`s${n}`)
  let writes = 0
  const fire = backend.schedules.fire.bind(backend.schedules)
  backend.schedules.fire = async (params) => {
    writes += 1
    return fire(params)
  }
  await makeScheduler().start()
  await clock.advance(10 * SECOND)
  expect(events.filter(({ type }) => type === 'fired')).toHaveLength(5000)
  expect(writes).toBe(5)
})
