import { afterEach, beforeEach, expect, test } from 'vitest'
import { memoryClient } from '../../test/client/memory-client.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import type { FakeClock } from '../time/fake-clock.js'
import type { Client } from './client.js'

const report = task('report', { queue: 'slow', priority: 4, run: (_input: { of: string }) => 1 })

let clock: FakeClock
let backend: Backend
let client: Client

beforeEach(() => {
  ;({ clock, backend, client } = memoryClient())
})

afterEach(() => client.close())

test('a run by hand is a job of the schedule, now, and the series stays where it is', async () => {
  const options = { deadline: '1 hour', maxTries: 2, maxRuns: 1 } as const
  await client.schedule('nightly', '0 3 * * *', report, { of: 'day' }, options)
  const before = await client.schedules.get('nightly')
  await clock.advance(1_234)
  const run = await client.schedules.runNow('nightly')
  const now = clock.now()
  expect(run.task).toBe('report')
  expect(await client.get(run)).toMatchObject({
    state: 'pending',
    queue: 'slow',
    priority: 4,
    payload: { of: 'day' },
    maxTries: 2,
    deadline: new Date(now + 3_600_000),
  })
  const [job] = await backend.inspector.get({ ids: [run.id] })
  expect(job?.tick).toEqual({ schedule: 'nightly', tick: now, late: 0, missed: 0, manual: true })
  expect(await client.schedules.get('nightly')).toEqual({ ...before, updatedAt: new Date(now), manual: 1 })
  const at = new Date(now)
  expect(await client.schedules.history('nightly')).toEqual([
    { tick: at, at, outcome: 'manual', reason: null, lateMs: 0, jobId: run.id, count: 1 },
  ])
})

test('a schedule that is paused, or has ended, can be run by hand and stays so', async () => {
  await client.schedule('once', 'every 10s', report, { of: 'day' }, { endAt: clock.now() + 10_000 })
  await clock.advance(60_000)
  await client.schedules.pause('once')
  const run = await client.schedules.runNow('once')
  expect(await client.get(run)).toMatchObject({ state: 'pending' })
  expect(await client.schedules.get('once')).toMatchObject({ paused: true, manual: 1, fired: 0 })
})

test('a schedule that fires meanwhile is run once by hand all the same', async () => {
  await client.schedule('beat', 'every 10s', report, { of: 'day' })
  const { fire } = backend.schedules
  let races = 3
  backend.schedules.fire = async (params) => {
    if (races-- > 0) await backend.schedules.put({ schedules: [await edited()] })
    return fire(params)
  }
  const run = await client.schedules.runNow('beat')
  expect(races).toBeLessThan(0)
  expect((await client.list({ state: 'pending' })).jobs.map(({ id }) => id)).toEqual([run.id])
  expect(await client.schedules.get('beat')).toMatchObject({ revision: 4, manual: 1 })
})

async function edited(): Promise<Parameters<Backend['schedules']['put']>[0]['schedules'][number]> {
  const [record] = await backend.schedules.get({ names: ['beat'] })
  if (record == null) throw new Error('expected the schedule to be there')
  const { version: _version, ...rest } = record
  return { ...rest, definition: { ...record.definition, maxTries: record.revision } }
}

test('a schedule that nobody made cannot be run', async () => {
  await expect(client.schedules.runNow('nobody')).rejects.toMatchObject({ code: 'SCHEDULE_UNKNOWN' })
  await expect(client.schedules.runNow('a b')).rejects.toThrow(/^schedule name: expected/)
})
