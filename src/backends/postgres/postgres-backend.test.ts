import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FakePool, NEVER } from '../../../test/servers/fake-pool.js'
import { postgresServer } from '../../../test/servers/postgres.js'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import type { Wakeup } from '../../port/wakeups.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJob } from '../../testing/new-job.js'
import { FakeClock } from '../../time/fake-clock.js'
import type { PgTx } from './client-types.js'
import { migratePostgres } from './migrate-schema.js'
import { hintChannel } from './migrations/migrate.js'
import { postgres } from './postgres-backend.js'

const url = await postgresServer('embedded')
const schema = `rota "$$tests$&" ${process.pid}`
const quoted = `"${schema.replaceAll('"', '""')}"`

describe.skipIf(url === null)('the PostgreSQL store', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 20 })
  pool.on('error', () => undefined)
  const opened: Backend<PgTx>[] = []
  const store = async (options: Partial<Parameters<typeof postgres>[0]> = {}): Promise<Backend<PgTx>> => {
    const backend = postgres({ pool, schema, ...options })
    opened.push(backend)
    await backend.open()
    return backend
  }
  beforeAll(async () => store())
  afterEach(async () => {
    for (const backend of opened.splice(0)) await backend.close()
  })
  afterAll(async () => {
    await migratePostgres({ pool, schema, to: 0 })
    await pool.end()
  })

  describe('opening', () => {
    it('makes the schema once, however many processes open it at one time', async () => {
      const other = `${schema} many`
      const backends = Array.from({ length: 8 }, () => postgres({ pool, schema: other }))
      await Promise.all(backends.map(async (backend) => backend.open()))
      await backends[0]!.jobs.enqueue({ jobs: [newJob()] })
      for (const backend of backends) await backend.close()
      expect((await migratePostgres({ pool, schema: other, to: 0 })).from).toBe(2)
    })

    it('refuses a schema that a newer program has made', async () => {
      await pool.query(`UPDATE ${quoted}.meta SET version = 99, oldest = 99`)
      await expect(postgres({ pool, schema }).open()).rejects.toMatchObject({
        code: 'SCHEMA_NEWER',
        facts: { found: 99, known: 2 },
      })
      await expect(migratePostgres({ pool, schema })).rejects.toMatchObject({ code: 'SCHEMA_NEWER' })
      await pool.query(`UPDATE ${quoted}.meta SET version = 2, oldest = 1`)
    })

    it('leaves the schema to others when it is told to, and says what to do', async () => {
      await expect(postgres({ pool, schema: 'nobody', migrate: false }).open()).rejects.toMatchObject({
        code: 'SCHEMA_OLDER',
        message: 'PostgreSQL schema "nobody" has version 0, this program needs 2; run "rota migrate"',
      })
      await store({ migrate: false })
    })

    it('tells the statements of a migration without making it, and they are the whole of it', async () => {
      const other = `${schema} by hand`
      const planned = await migratePostgres({ pool, schema: other, dryRun: true })
      expect([planned.from, planned.to]).toEqual([0, 2])
      expect((await migratePostgres({ pool, schema: other, dryRun: true })).sql).toBe(planned.sql)
      await pool.query(planned.sql)
      const backend = postgres({ pool, schema: other, migrate: false })
      await backend.open()
      await backend.jobs.enqueue({ jobs: [newJob()] })
      await backend.close()
      expect((await migratePostgres({ pool, schema: other })).sql).toBe('')
      await migratePostgres({ pool, schema: other, to: 0 })
      expect((await migratePostgres({ pool, schema: other, dryRun: true })).from).toBe(0)
    })

    it('rejects in time where the pool never gives a connection', async () => {
      const deaf = new FakePool(async () => NEVER)
      deaf.max = 0
      const backend = postgres({ pool: deaf, callTimeoutMs: 100 })
      await expect(backend.open()).rejects.toMatchObject({ code: 'CALL_TIMEOUT' })
    })

    it('says what is wrong with its options', () => {
      expect(() => postgres({})).toThrow('postgres: expected either url or pool, got neither')
      expect(() => postgres({ url: 'mysql://x' })).toThrow('postgres: url: expected "postgres://..."')
      expect(() => postgres({ pool, schema: '' })).toThrow('postgres: schema: expected a name of 1 to 63 bytes, got ""')
      expect(() => postgres({ pool, callTimeoutMs: 1 })).toThrow('callTimeoutMs: expected 100 to 600000, got 1')
    })

    it('opens a pool of its own for a URL, and closes it', async () => {
      const backend = postgres({ url: url ?? '', schema })
      await backend.open()
      expect((await backend.inspector.describe({})).map(({ label }) => label)).toContain('version')
      await backend.close()
    })
  })

  it('tells the time of the server', async () => {
    const backend = await store()
    const serverNow = async (): Promise<number> => {
      const { rows } = await pool.query<{ now: string }>(
        'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS now',
      )
      return Number(rows[0]?.now)
    }
    const before = await serverNow()
    const { now } = await backend.schedules.due({ limit: 1 })
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(await serverNow())
  })

  it('makes a caller wait for a key that an open transaction holds, and nobody else', async () => {
    const backend = await store()
    const tx = await pool.connect()
    await tx.query('BEGIN')
    const held = newJob({ uniqueKey: 'held' })
    await backend.jobs.enqueue({ jobs: [held] }, tx)
    let isAnswered = false
    const waiting = backend.jobs.enqueue({ jobs: [newJob({ uniqueKey: 'held' })] }).finally(() => (isAnswered = true))
    const others = Array.from({ length: 20 }, async (_, at) =>
      backend.jobs.enqueue({ jobs: [newJob({ uniqueKey: at % 2 === 0 ? `free ${at}` : null })] }),
    )
    expect((await Promise.all(others)).flat().every(({ status }) => status === 'inserted')).toBe(true)
    expect(isAnswered).toBe(false)
    await tx.query('COMMIT')
    tx.release()
    expect(await waiting).toEqual([{ status: 'duplicate', id: held.id, by: 'unique' }])
  })

  it('leaves the transaction of a user usable after it refused a job', async () => {
    const backend = await store()
    const tx = await pool.connect()
    await tx.query('BEGIN')
    const orphan = newJob({ parents: [{ id: 'nobody', otherwise: 'fail' }] })
    const before = newJob()
    await backend.jobs.enqueue({ jobs: [before] }, tx)
    await expect(backend.jobs.enqueue({ jobs: [newJob(), orphan] }, tx)).rejects.toMatchObject({
      code: 'PARENT_UNKNOWN',
    })
    const after = newJob({ parents: [{ id: before.id, otherwise: 'fail' }] })
    await backend.jobs.enqueue({ jobs: [after] }, tx)
    await tx.query('COMMIT')
    tx.release()
    const records = await backend.inspector.get({ ids: [before.id, orphan.id, after.id] })
    expect(records.map((record) => record?.state ?? null)).toEqual(['pending', null, 'blocked'])
    await backend.jobs.delete({ ids: [after.id, before.id] })
  })

  it('gives up a call that the server does not answer in time, and works on', async () => {
    const clock = new FakeClock()
    const backend = await store({ clock, callTimeoutMs: 200 })
    const blocker = await pool.connect()
    await blocker.query(`BEGIN; LOCK TABLE ${quoted}.live IN ACCESS EXCLUSIVE MODE`)
    const call = backend.jobs.claim(claimParams()).catch((reason: unknown) => reason)
    await callWaits('claim_jobs')
    await clock.advance(200)
    expect(await call).toMatchObject({ code: 'CALL_TIMEOUT' })
    await blocker.query('ROLLBACK')
    blocker.release()
    await expect(backend.inspector.lag({})).resolves.toBeInstanceOf(Array)
  })

  it('says that the server ended a connection, works on, and listens again', async () => {
    const backend = await store()
    const resyncs = counted(backend, ({ kind }) => kind === 'resync')
    await resyncs.reach(1)
    const blocker = await pool.connect()
    await blocker.query(`BEGIN; LOCK TABLE ${quoted}.live IN ACCESS EXCLUSIVE MODE`)
    const call = backend.jobs.claim(claimParams()).catch((error: unknown) => error)
    await callWaits('claim_jobs')
    expect(await terminateOthers()).toBeGreaterThan(1)
    const error = await call
    await blocker.query('ROLLBACK')
    blocker.release()
    expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE' })
    expect(backend.classify(error)).toBe('transient')
    await expect(backend.inspector.lag({})).resolves.toBeInstanceOf(Array)
    await resyncs.reach(2)
  })

  it('sends an enqueue again whose connection was ended', async () => {
    const backend = await store()
    const blocker = await pool.connect()
    await blocker.query(`BEGIN; LOCK TABLE ${quoted}.bodies IN ACCESS EXCLUSIVE MODE`)
    const job = newJob()
    const call = backend.jobs.enqueue({ jobs: [job] })
    await callWaits('enqueue_jobs')
    await terminateOthers()
    await blocker.query('ROLLBACK')
    blocker.release()
    expect(await call).toEqual([{ status: 'inserted', id: job.id }])
    await backend.jobs.delete({ ids: [job.id] })
  })

  it('does not mind what else is sent on its channel', async () => {
    const backend = await store()
    const resyncs = counted(backend, ({ kind }) => kind === 'resync')
    const hints = counted(backend, (hint) => hint.kind === 'jobs' && hint.queues?.[0] === 'told')
    await resyncs.reach(1)
    for (const payload of [
      'no hint',
      '5',
      'null',
      '{"q":[1],"k":[]}',
      '{"q":[],"k":null}',
      '{"o":"x","q":["told"],"k":[]}',
    ]) {
      await pool.query('SELECT pg_notify($1, $2)', [hintChannel(schema), payload])
    }
    await hints.reach(1)
  })

  it('says that it hears nobody where it does not listen', async () => {
    expect((await store()).capabilities.wakeups).toBe('shared')
    expect((await store({ listen: false })).capabilities.wakeups).toBe('local')
  })

  describe('the function enqueue', () => {
    it('enqueues in the transaction that it is called in, with its hint, and leaves nothing when that is rolled back', async () => {
      const backend = await store()
      const hints = counted(backend, (hint) => hint.kind === 'jobs' && (hint.queues?.includes('sql') ?? true))
      await counted(backend, ({ kind }) => kind === 'resync').reach(1)
      const enqueue = `SELECT ${quoted}.enqueue('task', '{"a":1}', queue => 'sql', priority => 2, unique_key => 'in_1') AS id`
      const tx = await pool.connect()
      await tx.query('BEGIN')
      const rolledBack = await tx.query<{ id: string }>(enqueue)
      await tx.query('ROLLBACK')
      expect(await backend.inspector.get({ ids: [rolledBack.rows[0]!.id] })).toEqual([null])
      expect(hints.count).toBe(0)
      await tx.query('BEGIN')
      const [first, second] = [await tx.query<{ id: string }>(enqueue), await tx.query<{ id: string }>(enqueue)]
      await tx.query('COMMIT')
      tx.release()
      expect(second.rows[0]?.id).toBe(first.rows[0]?.id)
      await hints.reach(1)
      const { leases } = await backend.jobs.claim(claimParams({ queues: [{ queue: 'sql', limit: 10 }] }))
      expect(leases.map(({ job }) => [job.id, job.priority, job.payload?.json])).toEqual([
        [first.rows[0]?.id, 2, '{"a":1}'],
      ])
      await backend.jobs.settle({ settlements: leases.map(({ receipt }) => complete(receipt, null)) })
    })

    it('holds the same key as the client does', async () => {
      const backend = await store()
      const key = 'task/task/shared'
      const [outcome] = await backend.jobs.enqueue({ jobs: [newJob({ queue: 'sql', uniqueKey: key })] })
      const { rows } = await pool.query<{ id: string }>(
        `SELECT ${quoted}.enqueue('task', unique_key => 'shared') AS id`,
      )
      expect(rows[0]?.id).toBe(outcome?.id)
    })

    it.each([
      [`''`, 'task: expected'],
      [`'task', queue => 'a b'`, 'queue: expected'],
      [`'task', priority => 6`, 'priority: expected 1 to 5, got 6'],
      [`'task', max_tries => 0`, 'max_tries: expected'],
      [`'task', to_json(repeat('x', 262144))`, 'payload is 262146 bytes'],
    ])('refuses enqueue(%s)', async (args, message) => {
      await expect(pool.query(`SELECT ${quoted}.enqueue(${args})`)).rejects.toThrow(message)
    })
  })

  /** A call has to be waiting for its lock before anything can happen to it there. */
  async function callWaits(name: string): Promise<void> {
    for (let waiting = 0; waiting === 0;) {
      const { rowCount } = await pool.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`,
        [`%${quoted}.${name}%`],
      )
      waiting = rowCount ?? 0
    }
  }

  /** Ends the connections that work on this schema or listen for its hints. */
  async function terminateOthers(): Promise<number> {
    const { rows } = await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND (query LIKE $1 AND state = 'active' OR query = $2)`,
      [`%${quoted}%`, `LISTEN "${hintChannel(schema)}"`],
    )
    return rows.length
  }
})

/** Counts hints of one sort; `reach` resolves when there were so many. */
function counted(
  backend: Backend<PgTx>,
  isWanted: (hint: Wakeup) => boolean,
): { readonly count: number; reach(count: number): Promise<void> } {
  let count = 0
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  backend.wakeups?.subscribe((hint) => {
    if (isWanted(hint)) count += 1
    for (const wait of waiting) if (count >= wait.count) wait.resolve()
  })
  return {
    get count() {
      return count
    },
    reach: async (wanted) =>
      new Promise<void>((resolve) => {
        if (count >= wanted) resolve()
        else waiting.push({ count: wanted, resolve })
      }),
  }
}
