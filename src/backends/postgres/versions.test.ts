import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJob } from '../../testing/new-job.js'
import type { PgTx } from './client-types.js'
import { migratePostgres } from './migrate-schema.js'
import { migrationSql, quoted, SCHEMA_VERSION } from './migrations/migrate.js'
import { postgres } from './postgres-backend.js'

const url = await postgresServer('embedded')

describe.skipIf(url === null)('a schema of another version', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 10 })
  afterAll(async () => pool.end())

  const withSchema = async (name: string, act: (schema: string) => Promise<void>): Promise<void> => {
    const schema = `rota ${name} ${process.pid}`
    await act(schema)
    await pool.query(`DROP SCHEMA ${quoted(schema)} CASCADE`)
  }
  const opened = async (schema: string, listen = false): Promise<Backend<PgTx>> => {
    const backend = postgres({ pool, schema, listen, callTimeoutMs: 600_000 })
    await backend.open()
    return backend
  }

  it('that a newer program has made is used where that says that this one can, and refused where not', async () => {
    await withSchema('newer', async (schema) => {
      await (await opened(schema)).close()
      const claims = async (oldest: number): Promise<unknown> =>
        pool.query(`UPDATE ${quoted(schema)}.meta SET version = 99, oldest = $1`, [oldest])
      await claims(SCHEMA_VERSION)
      for (const migrate of [true, false]) {
        const backend = postgres({ pool, schema, migrate })
        await backend.open()
        await backend.jobs.enqueue({ jobs: [newJob()] })
        await backend.close()
      }
      expect(await migratePostgres({ pool, schema })).toEqual({ from: 99, to: 99, sql: '' })
      await expect(migratePostgres({ pool, schema, to: 1 })).rejects.toMatchObject({ code: 'SCHEMA_NEWER' })
      await claims(SCHEMA_VERSION + 1)
      await expect(postgres({ pool, schema }).open()).rejects.toMatchObject({
        code: 'SCHEMA_NEWER',
        facts: { found: 99, known: SCHEMA_VERSION },
      })
    })
  })

  it('goes up with what is in it, and down again', async () => {
    await withSchema('ways', async (schema) => {
      await pool.query(migrationSql(schema, 0, 1))
      await pool.query(`SELECT ${quoted(schema)}.enqueue('before', unique_key => 'k')`)
      const backend = await opened(schema)
      // The same pair twice, which the first version does not know.
      const user = await pool.connect()
      await user.query(`BEGIN; SELECT ${quoted(schema)}.enqueue('twin')`)
      await backend.jobs.enqueue({ jobs: [newJob({ queue: 'default', task: 'twin' })] })
      await user.query('COMMIT')
      user.release()
      const claim = claimParams({ queues: [{ queue: 'default', limit: 2 }], tasks: ['before', 'twin'] })
      const { leases } = await backend.jobs.claim(claim)
      await backend.jobs.settle({ settlements: leases.slice(0, 1).map(({ receipt }) => complete(receipt, null)) })
      await backend.maintenance.tick({})
      await backend.close()

      expect(await migratePostgres({ pool, schema, to: 1 })).toMatchObject({ from: 2, to: 1 })
      const { rows } = await pool.query(`SELECT queue, task FROM ${quoted(schema)}.kinds ORDER BY task`)
      expect(rows).toEqual([
        { queue: 'default', task: 'before' },
        { queue: 'default', task: 'twin' },
      ])
      expect((await pool.query(`SELECT ${quoted(schema)}.verify()`)).rows).toEqual([])

      const again = await opened(schema)
      expect((await again.inspector.counts({})).filter(({ count }) => count > 0)).toMatchObject([
        { task: 'before', state: 'completed', count: 1 },
        { task: 'twin', state: 'pending', count: 1 },
        { task: 'twin', state: 'running', count: 1 },
      ])
      await again.close()
    })
  })

  it('makes nobody wait who only wants to work, while a transaction keeps the migration from its tables', async () => {
    await withSchema('waits', async (schema) => {
      await pool.query(migrationSql(schema, 0, 1))
      const user = await pool.connect()
      await user.query(`BEGIN; SELECT ${quoted(schema)}.enqueue('task')`)
      const opening = opened(schema)
      // Each of these would wait behind the migration, if that did not give way again and again.
      for (let turn = 0; turn < 3; turn += 1) {
        await pool.query(`SELECT pg_sleep(0.2), count(*) FROM ${quoted(schema)}.kinds`)
      }
      await user.query('COMMIT')
      user.release()
      const backend = await opening
      expect(await backend.maintenance.verify({})).toEqual([])
      await backend.close()
    })
  })

  it('or another one of the same name, does not get the numbers of what was there before', async () => {
    await withSchema('anew', async (schema) => {
      const heard: unknown[] = []
      const backend = postgres({ pool, schema, onError: (error) => heard.push(error) })
      await backend.open()
      const connected = new Promise<void>((resolve) => {
        const stop = backend.wakeups?.subscribe(({ kind }) => {
          if (kind === 'resync') resolve()
        })
        expect(stop).toBeDefined()
      })
      await connected
      await backend.jobs.enqueue({ jobs: [newJob({ task: 'first' })] })
      const settings = new Promise<void>((resolve) => {
        backend.wakeups?.subscribe(({ kind }) => {
          if (kind === 'settings') resolve()
        })
      })
      await pool.query(`BEGIN; ${migrationSql(schema, SCHEMA_VERSION, 0)} ${migrationSql(schema, 0)}
        SELECT ${quoted(schema)}.enqueue('second', queue => 'queue'); COMMIT`)
      await settings
      const job = newJob({ task: 'first' })
      await backend.jobs.enqueue({ jobs: [job] })
      expect(await backend.inspector.get({ ids: [job.id] })).toMatchObject([{ task: 'first' }])
      expect(await backend.maintenance.verify({})).toEqual([])
      await backend.close()
      expect(heard).toEqual([])
    })
  })
})
