import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryClient } from '../../test/client/memory-client.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import type { FakeClock } from '../time/fake-clock.js'
import { daily, interval, monthly, type ScheduleObject } from '../schedule/schedule-object.js'
import type { Client } from './client.js'
import type { ScheduleOptions } from './schedule-options.js'

const MINUTE = 60_000
const report = task('report', { queue: 'slow', priority: 4, deadline: '1 hour', run: (_input: { of: string }) => 1 })
const tick = task('tick', () => 1)

let clock: FakeClock
let backend: Backend
let client: Client
let puts: number

beforeEach(() => {
  ;({ clock, backend, client } = memoryClient())
  puts = 0
  const put = backend.schedules.put.bind(backend.schedules)
  backend.schedules.put = async (params) => {
    puts += 1
    return put(params)
  }
})

afterEach(() => client.close())

/** Fires what is due, as a scheduler would, with the next tick so much later. */
async function fire(intervalMs: number): Promise<void> {
  const { due } = await backend.schedules.due({ limit: 10 })
  const fires = due.map(({ name, incarnation, version, nextTickAt }) => {
    const tickAt = nextTickAt ?? 0
    return { name, incarnation, version, tick: tickAt, nextTickAt: tickAt + intervalMs, jobs: [], ticks: [] }
  })
  await backend.schedules.fire({ fires })
}

describe('making a schedule', () => {
  test.each<[ScheduleObject, string, string]>([
    [daily({ hour: 8 }), '08:00', '2025-01-01T07:00:00Z'],
    [daily({ hour: 8, timeZone: 'Asia/Tokyo' }), 'TZ=Asia/Tokyo 08:00', '2025-01-01T23:00:00Z'],
    [monthly({ day: 2 }), 'monthly(2 00:00)', '2025-01-01T23:00:00Z'],
    [interval(90_000), 'every 90s', '2025-01-01T00:01:30Z'],
  ])('takes an object of rota/schedule: %j', async (object, expression, first) => {
    const made = await client.schedule('s', object, tick, undefined, { timeZone: 'Europe/Amsterdam' })
    expect(made).toMatchObject({ status: 'created', expression, nextTickAt: new Date(first) })
    const again = await client.schedule('s', expression, tick, undefined, { timeZone: 'Europe/Amsterdam' })
    expect(again.status).toBe('unchanged')
  })

  test.each<[unknown, RegExp]>([
    [5, /^schedule: expected text or what daily\(\), monthly\(\) or interval\(\) return, got number$/],
    [null, /got null$/],
    [
      { hour: 8 },
      /^schedule must be made by interval\(\), daily\(\) or monthly\(\), expected their kind, got undefined$/,
    ],
  ])('refuses what is neither text nor such an object: %j', async (given, message) => {
    const refused = expect(client.schedule('s', given as string, tick)).rejects
    await refused.toThrow(TypeError)
    await refused.toThrow(message)
  })

  test('records what was said, the rest from the task, and the first tick from now', async () => {
    const made = await client.schedule(
      'monthly',
      '0 8 1 * *',
      report,
      { of: 'month' },
      { timeZone: 'Europe/Amsterdam', missed: { all: { max: 3, within: '2 days' } }, overlap: 'skip', maxTries: 2 },
    )
    expect(made).toMatchObject({
      status: 'created',
      name: 'monthly',
      expression: '0 8 1 * *',
      timeZone: 'Europe/Amsterdam',
      task: 'report',
      queue: 'slow',
      priority: 4,
      payload: { of: 'month' },
      deadlineMs: 60 * MINUTE,
      maxTries: 2,
      missed: { all: { max: 3, withinMs: 2 * 24 * 60 * MINUTE } },
      overlap: 'skip',
      paused: false,
      nextTickAt: new Date('2025-01-01T07:00:00Z'),
    })
    expect(await client.schedules.get('monthly')).toMatchObject({ name: 'monthly', revision: 1 })
  })

  test('intervals count from its making', async () => {
    await clock.advance(1234)
    const { nextTickAt } = await client.schedule('beat', 'every 10s', tick)
    expect(nextTickAt).toEqual(new Date(clock.now() + 10_000))
  })

  test('the same again changes nothing, and does not even write', async () => {
    await client.schedule('beat', 'every 10s', tick)
    await clock.advance(25_000)
    const again = await client.schedule('beat', ' every 10s ', tick)
    expect(again).toMatchObject({ status: 'unchanged', revision: 1, nextTickAt: new Date(clock.now() - 15_000) })
    expect(puts).toBe(1)
  })

  test('an edit that leaves the timing alone leaves the ticks alone that are owed', async () => {
    await client.schedule('beat', 'every 10s', tick)
    await clock.advance(25_000)
    const edited = await client.schedule('beat', 'every 10s', tick, undefined, { priority: 1 })
    expect(edited).toMatchObject({ status: 'updated', revision: 2, priority: 1 })
    expect(edited.nextTickAt).toEqual(new Date(clock.now() - 15_000))
  })

  test('an edit of the timing begins anew from now, never at a tick that was decided', async () => {
    const start = clock.now()
    await client.schedule('beat', 'every 10s', tick)
    await clock.advance(25_000)
    expect((await client.schedule('beat', 'every 20s', tick)).nextTickAt).toEqual(new Date(start + 45_000))
    await clock.advance(20_000)
    await fire(20_000)
    clock.jump(-40_000)
    expect((await client.schedule('beat', 'every 1s', tick)).nextTickAt).toEqual(new Date(start + 46_000))
  })

  test('an edit keeps a schedule paused unless it says otherwise', async () => {
    await client.schedule('beat', 'every 10s', tick, undefined, { paused: true })
    expect(await client.schedule('beat', 'every 20s', tick)).toMatchObject({ paused: true })
    await clock.advance(60_000)
    const resumed = await client.schedule('beat', 'every 20s', tick, undefined, { paused: false })
    expect(resumed).toMatchObject({ status: 'updated', paused: false, nextTickAt: new Date(clock.now() + 20_000) })
  })

  test('a schedule that fires meanwhile is edited all the same', async () => {
    await client.schedule('beat', 'every 10s', tick)
    await clock.advance(10_000)
    const put = backend.schedules.put
    let races = 3
    backend.schedules.put = async (params) => {
      clock.jump(10_000)
      if (races-- > 0) await fire(10_000)
      return put(params)
    }
    expect(await client.schedule('beat', 'every 10s', tick, undefined, { priority: 5 })).toMatchObject({
      status: 'updated',
      priority: 5,
    })
    expect(races).toBeLessThan(0)
  })

  test('many at once make one, with one of their definitions', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, async () => client.schedule('beat', 'every 10s', tick)),
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual([
      'created',
      ...Array.from({ length: 9 }, () => 'unchanged'),
    ])
  })

  test('may insist on being the first', async () => {
    const first: ScheduleOptions = { ifExists: 'fail' }
    await client.schedule('beat', 'every 10s', tick, undefined, first)
    await expect(client.schedule('beat', 'every 10s', tick, undefined, first)).rejects.toMatchObject({
      code: 'SCHEDULE_EXISTS',
      facts: { name: 'beat' },
    })
  })

  test('keeps to startAt and endAt', async () => {
    const startAt = new Date('2025-03-01T00:00:30Z')
    const started = await client.schedule('later', '* * * * *', tick, undefined, { startAt })
    expect(started.nextTickAt).toEqual(new Date('2025-03-01T00:01:00Z'))
    const endAt = new Date(clock.now() + MINUTE)
    expect((await client.schedule('once', '* * * * *', tick, undefined, { endAt })).nextTickAt).toEqual(endAt)
  })
})

describe('what is wrong is refused before anything is written', () => {
  const wrong: readonly (readonly [string, string, unknown, RegExp])[] = [
    ['a name outside the grammar', 'a b', {}, /schedule name/],
    ['an unknown zone', 's', { timeZone: 'Mars/Olympus' }, /time zone/],
    ['a missed policy that is none', 's', { missed: 'some' }, /missed: expected "latest", "skip" or/],
    [
      'too many to make up for',
      's',
      { missed: { all: { max: 1001, within: 1 } } },
      /max: expected .* to 1000, got 1001/,
    ],
    ['an overlap policy that is none', 's', { overlap: 'sometimes' }, /overlap/],
    ['no runs', 's', { maxRuns: 0 }, /maxRuns/],
    ['a date that is none', 's', { startAt: new Date(NaN) }, /startAt: .* an invalid Date/],
    ['an end in the past', 's', { endAt: 0 }, /would never fire/],
    ['a priority of 0', 's', { priority: 0 }, /priority/],
  ]
  test.each(wrong)('%s', async (_what, name, options, message) => {
    await expect(client.schedule(name, '* * * * *', tick, undefined, options as ScheduleOptions)).rejects.toThrow(
      message,
    )
    expect(puts).toBe(0)
  })

  test('an expression that cannot be read, and a payload that does not fit', async () => {
    await expect(client.schedule('s', '61 * * * *', tick)).rejects.toMatchObject({ code: 'SCHEDULE_INVALID' })
    const given = { of: (() => 1) as never }
    await expect(client.schedule('s', '* * * * *', report, given)).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' })
    expect(puts).toBe(0)
  })
})

test('an option of a schedule that nobody reads is refused, and so is a history before no instant', async () => {
  const misspelt = client.schedule('beat', 'every 10s', tick, undefined, { misssed: 'skip' } as never)
  await expect(misspelt).rejects.toThrow(/^schedule: expected options among .*, got "misssed"$/)
  const history = client.schedules.history('beat', { before: '2020-01-01' as never })
  await expect(history).rejects.toThrow(/^history: before: expected a Date or milliseconds since 1970, got string$/)
  expect(puts).toBe(0)
})

describe('control', () => {
  test('a resumed schedule goes on with the next tick from now', async () => {
    await client.schedule('beat', 'every 10s', tick)
    expect(await client.schedules.pause('beat')).toBe('changed')
    expect(await client.schedules.pause('beat')).toBe('unchanged')
    await clock.advance(95_000)
    expect((await backend.schedules.due({ limit: 1 })).due).toEqual([])
    expect(await client.schedules.resume('beat')).toBe('changed')
    expect(await client.schedules.get('beat')).toMatchObject({
      paused: false,
      nextTickAt: new Date(clock.now() + 5000),
    })
    expect(await client.schedules.pause('nobody')).toBe('unknown')
  })

  test('a removed schedule is gone, and one of its name is another', async () => {
    await client.schedule('beat', 'every 10s', tick)
    const [before] = await backend.schedules.get({ names: ['beat'] })
    expect(await client.schedules.remove('beat')).toBe('removed')
    expect(await client.schedules.remove('beat')).toBe('unknown')
    expect(await client.schedules.get('beat')).toBeNull()
    await client.schedule('beat', 'every 10s', tick)
    const [after] = await backend.schedules.get({ names: ['beat'] })
    expect(after?.incarnation).not.toBe(before?.incarnation)
  })

  test('lists go by name, a page at a time', async () => {
    for (const name of ['c', 'a', 'b']) await client.schedule(name, 'every 10s', tick)
    const first = await client.schedules.list({ limit: 2 })
    expect(first.map(({ name }) => name)).toEqual(['a', 'b'])
    expect((await client.schedules.list({ after: 'b' })).map(({ name }) => name)).toEqual(['c'])
    expect(await client.schedules.history('a')).toEqual([])
  })
})
