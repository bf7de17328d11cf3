import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import type { SqliteDatabase, SqliteTx } from '../backends/sqlite/client-types.js'
import { openDatabase } from '../backends/sqlite/driver.js'
import { sqlite } from '../backends/sqlite/sqlite-backend.js'
import type { HandlerContext, JobInHand } from '../model/handler-context.js'
import type { JobRecord } from '../model/job.js'
import { task } from '../model/task-definition.js'
import type { AnyTask, FailureReport } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import type { JobDetails } from '../port/inspector.js'
import { newJob } from '../testing/new-job.js'
import { FakeClock } from '../time/fake-clock.js'
import type { WorkerEvent } from './worker-event.js'
import { Worker } from './worker.js'

let folder: string
let clock: FakeClock
let backend: Backend<SqliteTx>
let db: SqliteDatabase
let worker: Worker
let events: WorkerEvent[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rota-complete-'))
  clock = new FakeClock()
  const file = join(folder, 'rota.db')
  backend = sqlite({ file, clock })
  await backend.open()
  db = await openDatabase(file)
  db.exec('CREATE TABLE effects(id TEXT)')
  events = []
})

afterEach(async () => {
  await worker.stop({ now: true })
  db.close()
  await backend.close()
  rmSync(folder, { recursive: true })
})

type Context = HandlerContext<undefined, SqliteTx>

/** Runs one job of a task and returns its id. */
async function run(...tasks: readonly AnyTask[]): Promise<string> {
  const settings = { timeoutGrace: 100, onEvent: (event: WorkerEvent) => events.push(event) }
  worker = new Worker({ backend, tasks, clock, node: { id: 'worker', host: 'host', pid: 1 }, ...settings })
  await worker.start()
  const job = newJob({ task: tasks[0]?.name ?? '', queue: 'default' })
  await backend.jobs.enqueue({ jobs: [job] })
  await clock.settle()
  return job.id
}

async function jobOf(id: string): Promise<JobRecord | null | undefined> {
  return (await backend.inspector.get({ ids: [id] }))[0]
}

async function detailsOf(id: string): Promise<JobDetails | null | undefined> {
  return (await backend.inspector.details({ ids: [id] }))[0]
}

function effects(): number {
  return db.prepare('SELECT id FROM effects').all().length
}

/** What a handler does in a transaction of its own: a write, and the end of its job. */
async function completeIn(job: JobInHand<SqliteTx>, end: 'COMMIT' | 'ROLLBACK', result?: unknown): Promise<void> {
  db.exec('BEGIN IMMEDIATE')
  db.prepare('INSERT INTO effects VALUES (?)').run(job.id)
  await job.complete({ tx: db, result })
  db.exec(end)
}

describe('a job that its handler completes in a transaction', () => {
  test('is completed with the commit, and what the handler does after it changes nothing', async () => {
    const effect = task('effect', async (_: undefined, { job }: Context) => {
      await completeIn(job, 'COMMIT', 'from inside')
      return 'from outside'
    })
    const id = await run(effect)
    expect(await jobOf(id)).toMatchObject({ state: 'completed', result: { json: '"from inside"' }, tries: 0, fence: 1 })
    expect([effects(), worker.status.held, worker.status.running]).toEqual([1, 0, 0])
  })

  test('is completed although its handler throws after the commit, and nobody is told of a failed job', async () => {
    const told = task('told', (_: FailureReport) => undefined)
    const effect = task('effect', {
      maxTries: 1,
      onFailure: told,
      async run(_: undefined, { job }: Context) {
        await completeIn(job, 'COMMIT')
        throw new Error('after the commit')
      },
    })
    const id = await run(effect, told)
    expect(await jobOf(id)).toMatchObject({ state: 'completed', result: null, tries: 0 })
    expect(await backend.inspector.counts({})).not.toContainEqual(expect.objectContaining({ task: 'told' }))
    expect(worker.status.held).toBe(0)
  })

  test('goes on when the transaction is rolled back, and ends as its handler does', async () => {
    const returns = task('returns', async (_: undefined, { job }: Context) => {
      await completeIn(job, 'ROLLBACK', 'from inside')
      return 'from outside'
    })
    const id = await run(returns)
    expect(await jobOf(id)).toMatchObject({ state: 'completed', result: { json: '"from outside"' } })
    expect(effects()).toBe(0)
  })

  test('is tried again when its handler throws with the transaction', async () => {
    let tries = 0
    const effect = task('effect', {
      backoff: () => 1000,
      async run(_: undefined, { job }: Context) {
        tries += 1
        await completeIn(job, tries === 1 ? 'ROLLBACK' : 'COMMIT', tries)
        if (tries === 1) throw new Error('the commit failed')
      },
    })
    const id = await run(effect)
    expect(await jobOf(id)).toMatchObject({ state: 'pending', tries: 1 })
    await clock.advance(2000)
    expect(await jobOf(id)).toMatchObject({ state: 'completed', result: { json: '2' }, tries: 1, fence: 2 })
    expect(effects()).toBe(1)
  })

  test('can be completed in a second transaction when the first was rolled back', async () => {
    const effect = task('effect', async (_: undefined, { job }: Context) => {
      await completeIn(job, 'ROLLBACK', 1)
      await completeIn(job, 'COMMIT', 2)
    })
    const id = await run(effect)
    expect(await jobOf(id)).toMatchObject({ state: 'completed', result: { json: '2' } })
    expect(effects()).toBe(1)
  })

  test('keeps what its handler told before, in the same commit', async () => {
    const effect = task('effect', async (_: undefined, { job, log, progress }: Context) => {
      log.info('before')
      progress({ done: 1 })
      await completeIn(job, 'COMMIT')
      log.info('after')
    })
    const id = await run(effect)
    expect(await detailsOf(id)).toMatchObject({ logs: [{ message: 'before' }], progress: { json: '{"done":1}' } })
  })

  test('keeps once what its handler told when the transaction is rolled back', async () => {
    const effect = task('effect', async (_: undefined, { job, log }: Context) => {
      log.info('before')
      await completeIn(job, 'ROLLBACK')
      log.info('after')
    })
    const id = await run(effect)
    expect((await detailsOf(id))?.logs.map(({ message }) => message)).toEqual(['before', 'after'])
  })

  test('keeps its lease after a roll-back for as long as its handler runs', async () => {
    const effect = task('effect', async (_: undefined, { job }: Context) => {
      await completeIn(job, 'ROLLBACK')
      await clock.sleep(120_000)
      return job.attempt
    })
    const id = await run(effect)
    await clock.advance(119_000)
    expect(await jobOf(id)).toMatchObject({ state: 'running', fence: 1 })
    await clock.advance(2000)
    expect(await jobOf(id)).toMatchObject({ state: 'completed', tries: 0, fence: 1, result: { json: '1' } })
  })

  test('is over for its worker when its handler runs on after the commit', async () => {
    const effect = task('effect', async (_: undefined, { job }: Context) => {
      await completeIn(job, 'COMMIT')
      await clock.sleep(120_000)
    })
    const id = await run(effect)
    await clock.advance(121_000)
    expect(await jobOf(id)).toMatchObject({ state: 'completed', fence: 1 })
    expect(events.filter(({ type }) => type === 'lease-lost' || type === 'store-error')).toEqual([])
    expect(worker.status.held).toBe(0)
  })

  test('tells its handler when it was rolled back and the lease was lost meanwhile', async () => {
    let reason: unknown
    const effect = task('effect', async (_: undefined, { job, signal }: Context) => {
      await completeIn(job, 'ROLLBACK')
      await clock.sleep(60_000, signal).catch((error: unknown) => (reason = error))
    })
    const id = await run(effect)
    const other = await openDatabase(join(folder, 'rota.db'))
    // As if this process had stood still for longer than its lease, and another had taken the job.
    other.exec('UPDATE leases SET fence = fence + 1')
    other.close()
    await clock.advance(20_000)
    expect(reason).toMatchObject({ code: 'LEASE_LOST', facts: { id } })
    expect(events.map(({ type }) => type)).toContain('lease-lost')
  })

  test('is completed when its time-out passes after the commit', async () => {
    const effect = task('effect', {
      timeout: 1000,
      maxTries: 1,
      async run(_: undefined, { job }: Context) {
        await completeIn(job, 'COMMIT', 'in time')
        await clock.sleep(5000)
      },
    })
    const id = await run(effect)
    await clock.advance(2000)
    expect(await jobOf(id)).toMatchObject({ state: 'completed', result: { json: '"in time"' } })
    await clock.advance(4000)
  })

  test('is refused when the attempt is not wanted any more, so that the transaction is rolled back', async () => {
    const refusals: unknown[] = []
    const effect = task('effect', {
      timeout: 1000,
      maxTries: 1,
      async run(_: undefined, { job, signal }: Context) {
        await clock.sleep(5000, signal).catch(() => undefined)
        await completeIn(job, 'COMMIT').catch((error: unknown) => {
          refusals.push(error)
          db.exec('ROLLBACK')
        })
      },
    })
    const id = await run(effect)
    await clock.advance(2000)
    expect(refusals).toMatchObject([{ code: 'TIMEOUT' }])
    expect(await jobOf(id)).toMatchObject({ state: 'failed', failure: 'exhausted' })
    expect(effects()).toBe(0)
  })

  test('is refused once its handler has ended', async () => {
    let late: JobInHand<SqliteTx> | undefined
    const effect = task('effect', (_: undefined, { job }: Context) => void (late = job))
    await run(effect)
    await expect(late?.complete({ tx: db })).rejects.toThrow('got one that has ended')
  })

  test('is refused without a transaction', async () => {
    const refusals: unknown[] = []
    const effect = task('effect', async (_: undefined, { job }: Context) => {
      await job.complete({} as { tx: SqliteTx }).catch((error: unknown) => refusals.push(error))
      await job.complete({ tx: db }).catch((error: unknown) => refusals.push(error))
    })
    const id = await run(effect)
    expect(refusals.map(String)).toEqual([
      expect.stringContaining('tx: expected a transaction that is open, got undefined'),
      expect.stringContaining('expected a handle on which a transaction was begun'),
    ])
    expect(await jobOf(id)).toMatchObject({ state: 'completed' })
  })
})

test('a store without transactions says so', async () => {
  const rig = new WorkerRig()
  const effect = task('effect', async (_: undefined, { job }: Context) => job.complete({ tx: db }))
  worker = await rig.started([effect])
  const id = await rig.enqueue(effect, undefined, { maxTries: 1 })
  await rig.clock.settle()
  expect((await rig.job(id)).error).toContain('expected a store with transactions, got \\"memory\\"')
})
