import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryClient } from '../../test/client/memory-client.js'
import { jitterOffset } from '../model/due-at.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import type { FakeClock } from '../time/fake-clock.js'
import type { Client } from './client.js'
import type { ScheduleOptions } from './schedule-options.js'
import type { ScheduleOutcome } from './task-scheduler.js'

const HOUR = 3_600_000
const tick = task('tick', { deadline: '1 second', run: () => 1 })

let clock: FakeClock
let backend: Backend
let client: Client

beforeEach(() => {
  ;({ clock, backend, client } = memoryClient())
})

afterEach(() => client.close())

async function make(options: ScheduleOptions, expression = '0 * * * *'): Promise<ScheduleOutcome> {
  return client.schedule('s', expression, tick, undefined, options)
}

async function dueAt(): Promise<number | null | undefined> {
  const [record] = await backend.schedules.get({ names: ['s'] })
  return record?.dueAt
}

test('what a schedule says is kept, and the same again changes nothing', async () => {
  const options: ScheduleOptions = {
    description: 'the report of the first hour',
    dialect: 'quartz',
    dst: 'shift-once',
    overlap: 'cancel-running',
    jitter: '5 minutes',
    pauseOnFailure: true,
  }
  const made = await make(options, '0 0 * ? * *')
  expect(made).toMatchObject({
    description: 'the report of the first hour',
    dialect: 'quartz',
    dst: 'shift-once',
    overlap: 'cancel-running',
    jitterMs: 300_000,
    pauseOnFailure: true,
    pausedFor: null,
    owner: null,
    skippedBy: { missed: 0, overlap: 0, paused: 0, ended: 0 },
    manual: 0,
  })
  expect((await make(options, '0 0 * ? * *')).status).toBe('unchanged')
})

test('dialect and rule decide about the ticks, also after an edit of nothing else', async () => {
  const sunday = await make({}, '0 0 0 1 1 1')
  expect(sunday.nextTickAt?.getUTCDay()).not.toBe(0)
  await expect(make({ dialect: 'quartz' }, '0 0 0 1 1 1')).rejects.toMatchObject({ code: 'SCHEDULE_INVALID' })
  const zone = { timeZone: 'Europe/Amsterdam', startAt: new Date('2027-03-27T12:00:00Z') }
  const gap = await make({ ...zone }, '30 2 * * *')
  expect(gap.nextTickAt).toEqual(new Date('2027-03-28T01:00:00Z'))
  const shifted = await make({ ...zone, dst: 'shift-once' }, '30 2 * * *')
  expect(shifted).toMatchObject({ status: 'updated', nextTickAt: new Date('2027-03-28T01:30:00Z') })
})

describe('a deadline', () => {
  test('may be an instant: it is kept as its distance from now, to the second', async () => {
    expect(await make({ deadline: new Date(clock.now() + HOUR - 3) })).toMatchObject({ deadlineMs: HOUR })
    await clock.advance(20_000)
    const again = await make({ deadline: new Date(clock.now() + HOUR - 9) })
    expect(again.status).toBe('unchanged')
  })

  test('of less than 30 seconds is refused, and the own one of a task is not', async () => {
    expect(await make({})).toMatchObject({ deadlineMs: 1_000 })
    expect(await make({ deadline: '30s' })).toMatchObject({ deadlineMs: 30_000 })
    await expect(make({ deadline: 29_999 })).rejects.toThrow(/^schedule: deadline must be a duration of 30s to/)
    const soon = new Date(clock.now() + 29_000)
    await expect(make({ deadline: soon })).rejects.toThrow(
      `schedule: deadline: expected an instant at least 30 seconds from now, got ${soon.toISOString()}, 29 seconds from now`,
    )
    await expect(make({ deadline: new Date(NaN) })).rejects.toThrow(/an invalid Date/)
  })
})

describe('jitter', () => {
  test('delays all ticks by one length below it, and names none of them anew', async () => {
    const { nextTickAt } = await make({ jitter: '10 minutes' })
    expect(nextTickAt).toEqual(new Date(clock.now() + HOUR))
    const [record] = await backend.schedules.get({ names: ['s'] })
    if (record == null) throw new Error('expected a record')
    const offset = jitterOffset(record)
    expect(offset).toBeGreaterThan(0)
    expect(offset).toBeLessThan(600_000)
    expect(record.dueAt).toBe(clock.now() + HOUR + offset)
    const edited = await make({ jitter: '10 minutes', maxTries: 3 })
    expect([edited.nextTickAt, await dueAt()]).toEqual([nextTickAt, record.dueAt])
  })

  test('leaves a tick due that has not come yet when its schedule is paused and resumed, or edited', async () => {
    await make({ jitter: '50 minutes' })
    const due = await dueAt()
    await clock.advance(HOUR + 1)
    await client.schedules.pause('s')
    await client.schedules.resume('s')
    expect(await dueAt()).toBe(due)
    await make({ jitter: '50 minutes', endAt: clock.now() + 9 * HOUR })
    expect(await dueAt()).toBe(due)
  })

  test('does not make a new schedule fire a tick before its making', async () => {
    await clock.advance(HOUR / 2)
    await make({ jitter: '20 hours' })
    await client.schedules.pause('s')
    await client.schedules.resume('s')
    expect(await client.schedules.get('s')).toMatchObject({ nextTickAt: new Date(clock.now() + HOUR / 2) })
  })
})

test.each<[object, RegExp]>([
  [{ dialect: 'jenkins' }, /^dialect: expected auto, cron, .*, got jenkins$/],
  [{ dst: 'never' }, /^dst: expected vixie, .*, got never$/],
  [{ overlap: 'queue' }, /^schedule: overlap: expected one of "allow", "skip", "queue-one", .*, got "queue"$/],
  [{ jitter: '31 days' }, /^schedule: jitter must be a duration of 0ms to 30d, got "31 days"$/],
  [{ jitter: -1 }, /^schedule: jitter must be/],
  [{ pauseOnFailure: 'yes' }, /^schedule: pauseOnFailure: expected true or false, got string$/],
  [{ description: 5 }, /^schedule: description: expected text of 1 to 512 characters, got number$/],
  [{ description: '' }, /^schedule: description: expected text of 1 to 512 characters, got 0$/],
  [{ description: 'x'.repeat(513) }, /^schedule: description: .*, got 513$/],
  [{ paused: null }, /^schedule: paused: expected true or false, got null$/],
  [{ ifExists: 'replace' }, /^schedule: ifExists: expected "update" or "fail", got "replace"$/],
])('%j is refused with what was expected', async (options, message) => {
  await expect(make(options as ScheduleOptions)).rejects.toThrow(message)
  expect(await client.schedules.get('s')).toBeNull()
})
