import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJob, newJobs } from '../../testing/new-job.js'
import type { FakeClock } from '../../time/fake-clock.js'
import { seededRandom } from '../../time/random.js'
import type { SqliteDatabase, SqliteTx } from './client-types.js'
import { openDatabase } from './driver.js'
import { sqliteWith } from './sqlite-backend.js'

let rig: SqliteRig
let clock: FakeClock
let backend: Backend<SqliteTx>
let other: SqliteDatabase

beforeEach(async () => {
  rig = await SqliteRig.open({ random: seededRandom(1), busyTimeoutMs: 1000 })
  ;({ backend, clock } = rig)
  other = await openDatabase(rig.file)
})

afterEach(async () => {
  other.close()
  await rig.close()
})

test('a call waits for the lock without holding the event loop, and goes on when it is free', async () => {
  other.exec('BEGIN IMMEDIATE')
  let isDone = false
  const call = backend.jobs.enqueue({ jobs: [newJob()] }).then(() => (isDone = true))
  await clock.advance(500)
  expect(isDone).toBe(false)
  other.exec('COMMIT')
  await clock.advance(10)
  await call
})

test('a call that waits for longer than its time is refused as busy, and did nothing', async () => {
  other.exec('BEGIN IMMEDIATE')
  const job = newJob()
  const call = backend.jobs.enqueue({ jobs: [job] }).catch((reason: unknown) => reason)
  await clock.advance(1100)
  const error = await call
  expect(error).toMatchObject({ code: 'BUSY' })
  expect(backend.classify(error)).toBe('transient')
  other.exec('COMMIT')
  expect(await backend.inspector.get({ ids: [job.id] })).toEqual([null])
  await backend.jobs.enqueue({ jobs: [job] })
})

test('each waiting call has its own time, and its own signal', async () => {
  other.exec('BEGIN IMMEDIATE')
  const controller = new AbortController()
  const ends: string[] = []
  const enqueue = (name: string, signal?: AbortSignal): Promise<unknown> =>
    backend.jobs.enqueue({ jobs: [newJob({ id: name })], signal }).then(
      () => ends.push(`${name} done`),
      (error: unknown) => ends.push(`${name} ${error instanceof Error ? error.message.slice(0, 6) : String(error)}`),
    )
  const calls = [enqueue('early'), enqueue('aborted', controller.signal)]
  await clock.advance(600)
  calls.push(enqueue('late'))
  controller.abort('gone')
  await clock.advance(20)
  expect(ends).toEqual(['aborted gone'])
  await clock.advance(450)
  expect(ends).toEqual(['aborted gone', 'early SQLite'])
  other.exec('COMMIT')
  await clock.advance(20)
  await Promise.all(calls)
  expect(ends.at(-1)).toBe('late done')
})

test('readers do not wait for a writer', async () => {
  await backend.jobs.enqueue({ jobs: newJobs(2) })
  other.exec('BEGIN IMMEDIATE')
  expect(await backend.inspector.counts({})).toMatchObject([{ state: 'pending', count: 2 }])
  other.exec('COMMIT')
})

test('when the store fails for a group, each call of it is tried alone and gets its own answer', async () => {
  let commits = 0
  await using faulty = sqliteWith({ file: rig.file, clock }, async (path) => {
    const database = await openDatabase(path)
    return {
      exec: (sql) => database.exec(sql),
      close: () => database.close(),
      prepare(sql) {
        const statement = database.prepare(sql)
        return sql !== 'COMMIT'
          ? statement
          : {
              all: (...params) => statement.all(...params),
              run(...params) {
                commits += 1
                // Full for the commit of the group, and for the second of its calls alone.
                if (commits === 1 || commits === 3) throw Object.assign(new Error('full'), { errcode: 13 })
                return statement.run(...params)
              },
            }
      },
    }
  })
  await faulty.open()
  const jobs = newJobs(3)
  const ends = await Promise.allSettled(jobs.map(async (job) => faulty.jobs.enqueue({ jobs: [job] })))
  expect(ends.map((end) => (end.status === 'rejected' ? faulty.classify(end.reason) : 'stored'))).toEqual([
    'stored',
    'full',
    'stored',
  ])
  expect(await faulty.maintenance.verify({})).toEqual([])
})

test('when the claim of an exchange fails, the leases that it had taken back are still known to have ended', async () => {
  let fails = false
  await using faulty = sqliteWith({ file: rig.file, clock }, async (path) => {
    const database = await openDatabase(path)
    return {
      exec: (sql) => database.exec(sql),
      close: () => database.close(),
      prepare(sql) {
        const statement = database.prepare(sql)
        if (!sql.includes('head(lane, visible_at)')) return statement
        return {
          run: (...params) => statement.run(...params),
          setReturnArrays: (enabled) => statement.setReturnArrays?.(enabled),
          all(...params) {
            if (fails) throw Object.assign(new Error('injected'), { errcode: 778 })
            return statement.all(...params)
          },
        }
      },
    }
  })
  await faulty.open()
  await faulty.jobs.enqueue({ jobs: newJobs(2) })
  await faulty.jobs.claim(claimParams({ limit: 1 }))
  const { leases } = await faulty.jobs.claim(claimParams({ limit: 1, leaseMs: 90_000 }))
  await clock.advance(60_000)
  fails = true
  const settlements = leases.map(({ receipt }) => complete(receipt, null))
  expect(await faulty.jobs.exchange({ settlements, claim: claimParams() })).toMatchObject({
    outcomes: ['settled'],
    leases: [],
  })
  fails = false
  expect(await faulty.maintenance.verify({})).toEqual([])
  expect((await faulty.jobs.claim(claimParams())).leases).toMatchObject([{ suspect: true }])
})

test("a handle without a user's transaction is refused", async () => {
  await expect(backend.jobs.enqueue({ jobs: [newJob()] }, other)).rejects.toThrow(
    'expected a handle on which a transaction was begun',
  )
})

test("what fails inside a user's transaction leaves nothing in it, and the transaction goes on", async () => {
  other.exec('BEGIN IMMEDIATE')
  const orphan = newJob({ parents: [{ id: 'nobody', otherwise: 'fail' }] })
  const call = backend.jobs.enqueue({ jobs: [newJob(), orphan] }, other)
  await expect(call).rejects.toMatchObject({ code: 'PARENT_UNKNOWN' })
  await backend.jobs.enqueue({ jobs: [newJob({ task: 'new to all' })] }, other)
  other.exec('COMMIT')
  expect(await backend.inspector.counts({})).toMatchObject([{ task: 'new to all', count: 1 }])
  expect(await backend.maintenance.verify({})).toEqual([])
})

test("a user's transaction that read before another commit is told to begin again", async () => {
  other.exec('BEGIN')
  other.prepare('SELECT count(*) FROM bodies').all()
  await backend.jobs.enqueue({ jobs: [newJob()] })
  const call = backend.jobs.enqueue({ jobs: [newJob()] }, other)
  await expect(call).rejects.toMatchObject({
    code: 'BUSY',
    message: expect.stringContaining('BEGIN IMMEDIATE') as string,
  })
  other.exec('ROLLBACK')
})

test("workers hear of a user's transaction once it is committed", async () => {
  const hints: string[] = []
  backend.wakeups?.subscribe(({ kind }) => hints.push(kind))
  other.exec('BEGIN IMMEDIATE')
  await backend.jobs.enqueue({ jobs: [newJob()] }, other)
  await clock.advance(100)
  expect(hints).toEqual([])
  other.exec('COMMIT')
  await clock.advance(300)
  expect(hints).toContain('jobs')
  expect((await backend.jobs.claim(claimParams())).leases).toHaveLength(1)
})
