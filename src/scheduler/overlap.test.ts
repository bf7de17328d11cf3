import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import type { ScheduleDefinition, ScheduleRecord } from '../model/schedule-record.js'
import type { Lease } from '../model/lease.js'
import type { Backend } from '../port/backend.js'
import { newSchedule } from '../testing/new-schedule.js'
import { FakeClock } from '../time/fake-clock.js'
import { seededRandom } from '../time/random.js'
import { Scheduler } from './scheduler.js'

const TEN_SECONDS = 10_000
const DAY = 86_400_000

let clock: FakeClock
let backend: Backend
let schedulers: readonly Scheduler[]

/** Two schedulers on one store: whatever holds here holds while they race. */
beforeEach(() => {
  clock = new FakeClock()
  backend = memory({ clock })
  schedulers = [1, 2].map((seed) => new Scheduler({ backend, clock, random: seededRandom(seed) }))
})

afterEach(async () => {
  const stopped = Promise.all(schedulers.map((scheduler) => scheduler.stop()))
  await clock.settle()
  await stopped
})

async function put(definition: Partial<ScheduleDefinition>, everyMs = TEN_SECONDS): Promise<void> {
  const anchor = clock.now()
  const full = { expression: `every ${everyMs / 1000}s`, ...definition }
  const schedule = newSchedule('s', { anchor, nextTickAt: anchor + everyMs, definition: full })
  await backend.schedules.put({ schedules: [schedule] })
}

async function record(): Promise<ScheduleRecord> {
  const [found] = await backend.schedules.get({ names: ['s'] })
  if (found == null) throw new Error('expected the schedule to be there')
  return found
}

async function start(): Promise<void> {
  await Promise.all(schedulers.map(async (scheduler) => scheduler.start()))
}

async function claim(): Promise<readonly Lease[]> {
  const queues = [{ queue: 'queue', limit: 10 }]
  const params = { workerId: 'w', leaseMs: 43_200_000, queues, tasks: ['task'], limit: 10 }
  return (await backend.jobs.claim({ ...params, suspects: true, from: 'highest' })).leases
}

async function settle(lease: Lease | undefined, kind: 'complete' | 'fail'): Promise<void> {
  const { receipt = '' } = lease ?? {}
  const settlement =
    kind === 'complete'
      ? ({ kind, receipt, result: null, followUps: [] } as const)
      : ({ kind, receipt, failure: 'terminated', error: null, spendsTry: true } as const)
  expect(await backend.jobs.settle({ settlements: [settlement] })).toEqual(['settled'])
}

/** The states of the jobs of all ticks, in their order. */
async function states(): Promise<readonly (string | undefined)[]> {
  const history = await backend.schedules.history({ name: 's', before: null, limit: 100 })
  const ids = history.flatMap(({ jobId }) => jobId ?? []).reverse()
  return (await backend.inspector.get({ ids })).map((job) => job?.state)
}

describe('while a job runs through several ticks', () => {
  test('`skip` makes no other, and goes on when it has ended', async () => {
    await put({ overlap: 'skip' })
    await start()
    await clock.advance(TEN_SECONDS)
    const [lease] = await claim()
    await clock.advance(3 * TEN_SECONDS)
    expect(await states()).toEqual(['running'])
    expect((await record()).skippedBy).toEqual({ missed: 0, overlap: 3, paused: 0, ended: 0 })
    await settle(lease, 'complete')
    await clock.advance(TEN_SECONDS)
    expect(await states()).toEqual(['completed', 'pending'])
  })

  test('`queue-one` lets one wait until it has ended, however it ends', async () => {
    await put({ overlap: 'queue-one' })
    await start()
    await clock.advance(TEN_SECONDS)
    const [lease] = await claim()
    await clock.advance(3 * TEN_SECONDS)
    expect(await states()).toEqual(['running', 'blocked'])
    expect(await claim()).toEqual([])
    expect((await record()).skippedBy).toMatchObject({ overlap: 2 })
    await settle(lease, 'fail')
    expect(await states()).toEqual(['failed', 'pending'])
    expect(await claim()).toHaveLength(1)
    await clock.advance(TEN_SECONDS)
    expect(await states()).toEqual(['failed', 'running', 'blocked'])
  })

  test('`cancel-running` asks it to stop, and makes the next at once', async () => {
    await put({ overlap: 'cancel-running' })
    await start()
    await clock.advance(TEN_SECONDS)
    const [lease] = await claim()
    await clock.advance(2 * TEN_SECONDS)
    const receipts = [lease?.receipt ?? '']
    expect(await backend.jobs.extend({ receipts, leaseMs: 60_000 })).toEqual(['cancel-requested'])
    expect(await states()).toEqual(['running', 'cancelled', 'pending'])
    await settle(lease, 'complete')
    expect(await states()).toEqual(['cancelled', 'cancelled', 'pending'])
    expect(await record()).toMatchObject({ fired: 3, skipped: 0 })
  })
})

test('an edit to `skip` knows the jobs of the time when they could overlap, not only the last', async () => {
  await put({})
  await start()
  await clock.advance(TEN_SECONDS)
  const [old] = await claim()
  await clock.advance(TEN_SECONDS)
  const [last] = await claim()
  await settle(last, 'complete')
  const { nextTickAt, definition } = await record()
  const schedule = newSchedule('s', { nextTickAt, definition: { ...definition, overlap: 'skip' } })
  await backend.schedules.put({ schedules: [schedule] })
  await clock.advance(TEN_SECONDS)
  expect(await states()).toEqual(['running', 'completed'])
  expect((await record()).skippedBy).toMatchObject({ overlap: 1 })
  await settle(old, 'complete')
  await clock.advance(TEN_SECONDS)
  expect(await states()).toEqual(['completed', 'completed', 'pending'])
})

describe('a schedule that pauses on failure', () => {
  test('pauses at the tick after it, which gets no job', async () => {
    await put({ pauseOnFailure: true })
    await start()
    await clock.advance(TEN_SECONDS)
    const [lease] = await claim()
    await settle(lease, 'fail')
    await clock.advance(10 * TEN_SECONDS)
    const { paused, pausedFor, fired, skippedBy } = await record()
    expect({ paused, pausedFor, fired, skippedBy }).toEqual({
      paused: true,
      pausedFor: lease?.job.id,
      fired: 1,
      skippedBy: { missed: 0, overlap: 0, paused: 1, ended: 0 },
    })
  })

  test('goes on when it is resumed, and pauses for the next failure only', async () => {
    await put({ pauseOnFailure: true })
    await start()
    await clock.advance(TEN_SECONDS)
    await settle((await claim())[0], 'fail')
    await clock.advance(TEN_SECONDS)
    const nextTickAt = clock.now() + TEN_SECONDS
    await backend.schedules.pause({ changes: [{ name: 's', paused: false, nextTickAt }] })
    await clock.advance(TEN_SECONDS)
    await settle((await claim())[0], 'complete')
    await clock.advance(TEN_SECONDS)
    expect(await record()).toMatchObject({ paused: false, pausedFor: null, fired: 3 })
  })

  test('hears within the hour of a failure between ticks that are a month apart', async () => {
    await put({ pauseOnFailure: true }, 30 * DAY)
    const look = async (afterMs: number): Promise<void> => {
      await clock.advance(afterMs)
      await Promise.all(schedulers.map(async (scheduler) => scheduler.tick()))
    }
    await look(30 * DAY)
    const [lease] = await claim()
    for (let hour = 0; hour < 5; hour++) await look(3_600_000)
    expect(await record()).toMatchObject({ paused: false, unfinished: [lease?.job.id] })
    await settle(lease, 'fail')
    await look(3_600_000)
    expect(await record()).toMatchObject({ paused: true, pausedFor: lease?.job.id, skipped: 0 })
  })
})

test('jitter delays every tick of a schedule by the same, and none is late', async () => {
  await put({ jitterMs: 9_000 })
  await start()
  await clock.advance(10 * TEN_SECONDS)
  const history = await backend.schedules.history({ name: 's', before: null, limit: 100 })
  const offsets = new Set(history.map(({ at, tick }) => at - tick))
  expect([history.length, offsets.size]).toEqual([9, 1])
  expect(history.map(({ lateMs }) => lateMs)).toEqual(history.map(() => 0))
})
