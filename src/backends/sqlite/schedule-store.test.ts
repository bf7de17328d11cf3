import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import type { ScheduleRecord, TickRecord } from '../../model/schedule-record.js'
import type { Backend } from '../../port/backend.js'
import type { Fire, SchedulePut } from '../../port/schedule-store.js'
import { newSchedule } from '../../testing/new-schedule.js'
import type { FakeClock } from '../../time/fake-clock.js'
import type { SqliteTx } from './client-types.js'
import { openDatabase } from './driver.js'
import { Session } from './session.js'
import { sqlite } from './sqlite-backend.js'
import { advanceFull, advancePlain } from './statements/advance-schedules.js'
import { DUE_SCHEDULES, NEXT_DUE_AFTER } from './statements/schedules.js'

let rig: SqliteRig
let clock: FakeClock
let backend: Backend<SqliteTx>

beforeEach(async () => {
  rig = await SqliteRig.open()
  ;({ backend, clock } = rig)
})

afterEach(async () => {
  await rig.close()
})

const schedule = (name: string, fields: Parameters<typeof newSchedule>[1] = {}): SchedulePut =>
  newSchedule(name, { nextTickAt: clock.now(), ...fields })

const fireOf = (record: ScheduleRecord, ticks: readonly TickRecord[]): Fire => ({
  name: record.name,
  incarnation: record.incarnation,
  version: record.version,
  tick: ticks.at(-1)!.tick,
  nextTickAt: ticks.at(-1)!.tick + 1,
  jobs: [],
  ticks,
})

const tickAt = (tick: number, fields: Partial<TickRecord> = {}): TickRecord => ({
  tick,
  at: tick,
  outcome: 'fired',
  reason: null,
  lateMs: 0,
  jobId: null,
  count: 1,
  ...fields,
})

async function read<T>(work: (session: Session) => T): Promise<T> {
  const database = await openDatabase(rig.file)
  try {
    return work(new Session(database))
  } finally {
    database.close()
  }
}

test('looking for what is due walks the index of due ticks and sorts nothing, also after ANALYZE', async () => {
  await backend.schedules.put({ schedules: Array.from({ length: 500 }, (_, at) => schedule(`s${at}`)) })
  const plans = await read((session) => {
    session.exec('ANALYZE')
    return [DUE_SCHEDULES, NEXT_DUE_AFTER].map(({ sql }) =>
      session
        .all<[], [number, number, number, detail: string]>({ sql: `EXPLAIN QUERY PLAN ${sql.replaceAll('?', '1')}` })
        .map(([, , , detail]) => detail),
    )
  })
  expect(plans).toEqual([
    ['SEARCH schedules USING INDEX schedules_due (due_at>? AND due_at<?)'],
    ['SEARCH schedules USING COVERING INDEX schedules_due (due_at>?)'],
  ])
})

test.each([
  ['plain', 1, advancePlain],
  ['plain', 50, advancePlain],
  ['full', 1, advanceFull],
  ['full', 50, advanceFull],
])('the %s statement for %i moves schedules by their names alone, also after ANALYZE', async (_, rows, advance) => {
  await backend.schedules.put({ schedules: Array.from({ length: 500 }, (_, at) => schedule(`s${at}`)) })
  const plan = await read((session) => {
    session.exec('ANALYZE')
    const sql = `EXPLAIN QUERY PLAN ${advance(rows).sql.replaceAll('?', '1')}`
    return session.all<[], [number, number, number, detail: string]>({ sql }).map(([, , , detail]) => detail)
  })
  const [search, ...others] = plan.filter((detail) => detail.includes('schedules'))
  expect([search, others]).toEqual(['SEARCH schedules USING INDEX sqlite_autoindex_schedules_1 (name=?)', []])
})

test('schedules that are due at one instant come in the order of their making, and no page misses one', async () => {
  const names = ['c', 'a', 'd', 'b']
  for (const name of names) await backend.schedules.put({ schedules: [schedule(name)] })
  const { due, nextTickAt } = await backend.schedules.due({ limit: 3 })
  expect([due.map(({ name }) => name), nextTickAt]).toEqual([['c', 'a', 'd'], clock.now()])
})

test('the history of a schedule stays bounded in the file, whatever its ticks were', async () => {
  const [put] = await backend.schedules.put({ schedules: [schedule('busy')] })
  let record = put!.record!
  for (let round = 0; round < 130; round += 1) {
    // None of them fired, and in steps that divide no power of two: forgetting may hang on no single number.
    const ticks = Array.from({ length: 10 }, (_, at) =>
      tickAt(10 * round + at, { outcome: 'skipped', reason: 'paused' }),
    )
    await backend.schedules.fire({ fires: [fireOf(record, ticks)] })
    record = (await backend.schedules.get({ names: ['busy'] }))[0]!
  }
  const rows = await read((session) => session.get<[], [count: number]>({ sql: 'SELECT count(*) FROM schedule_ticks' }))
  expect(rows![0]).toBeLessThanOrEqual(1_000 + 512 + 10)
  const history = await backend.schedules.history({ name: 'busy', before: null, limit: 1_000 })
  expect([history.length, history[0]!.tick, history.at(-1)!.tick]).toEqual([1_000, 1_299, 300])
  expect(record.skipped).toBe(1_300)
})

test('what is due has the definition of now, whoever edited it or made it anew', async () => {
  const other = sqlite({ file: rig.file, clock })
  await other.open()
  const task = async (): Promise<unknown> => (await backend.schedules.due({ limit: 1 })).due[0]?.definition.task
  const put = async (name: string, incarnation: string): Promise<unknown> =>
    other.schedules.put({ schedules: [schedule('s', { incarnation, definition: { task: name } })] })
  const seen: unknown[] = []
  for (const name of ['one', 'two', 'three']) {
    await put(name, 'first')
    seen.push(await task(), await task())
  }
  await other.schedules.remove({ names: ['s'] })
  await put('four', 'second')
  seen.push(await task())
  expect(seen).toEqual(['one', 'one', 'two', 'two', 'three', 'three', 'four'])
  await other.close()
})

test('a tick that another scheduler has fired costs no commit', async () => {
  const [put] = await backend.schedules.put({ schedules: [schedule('daily')] })
  const fire = fireOf(put!.record!, [tickAt(clock.now())])
  await backend.schedules.fire({ fires: [fire] })
  const version = async (): Promise<unknown> => read((session) => session.all({ sql: 'SELECT * FROM state' }))
  const before = await version()
  expect(await backend.schedules.fire({ fires: [fire] })).toEqual(['superseded'])
  expect(await version()).toEqual(before)
})

test('a version never comes again, also when a name is used again', async () => {
  const seen: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const [put] = await backend.schedules.put({ schedules: [schedule('daily')] })
    seen.push(put!.record!.version)
    await backend.schedules.fire({ fires: [fireOf(put!.record!, [tickAt(clock.now())])] })
    seen.push((await backend.schedules.get({ names: ['daily'] }))[0]!.version)
    await backend.schedules.remove({ names: ['daily'] })
  }
  expect(new Set(seen).size).toBe(6)
})

test('schedules are on record when the file is opened again', async () => {
  const [put] = await backend.schedules.put({ schedules: [schedule('daily')] })
  await backend.schedules.fire({ fires: [fireOf(put!.record!, [tickAt(clock.now(), { lateMs: 5, jobId: 'job' })])] })
  const before = await backend.schedules.get({ names: ['daily'] })
  backend = await rig.reopen()
  expect(await backend.schedules.get({ names: ['daily'] })).toEqual(before)
  expect(await backend.schedules.history({ name: 'daily', before: null, limit: 1 })).toEqual([
    tickAt(clock.now(), { lateMs: 5, jobId: 'job' }),
  ])
  expect(before[0]).toMatchObject({ fired: 1, late: 0, lastTickAt: clock.now() })
})

test('a put and a firing that share a commit see each other', async () => {
  const [put] = await backend.schedules.put({ schedules: [schedule('daily')] })
  const record = put!.record!
  const edited = schedule('daily', { definition: { ...record.definition, task: 'other' } })
  const fires = [fireOf(record, [tickAt(clock.now())])]
  const [outcomes, fired] = await Promise.all([
    backend.schedules.put({ schedules: [edited] }),
    backend.schedules.fire({ fires }),
  ])
  expect([outcomes[0]!.status, fired]).toEqual(['updated', ['superseded']])
})
