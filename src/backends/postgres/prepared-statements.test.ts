import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { newJob } from '../../testing/new-job.js'
import type { PgQuery } from './client-types.js'
import { migratePostgres } from './migrate-schema.js'
import { postgres } from './postgres-backend.js'
import { PreparedStatements } from './prepared-statements.js'

const CALL = 'SELECT * FROM {s}.extend_leases($1, $2, $3)'

function error(code: string): Error {
  return Object.assign(new Error('as the server says it'), { code })
}

describe('names of statements', () => {
  it('have calls of functions, and not what the planner must see the parameters of', () => {
    const prepared = new PreparedStatements()
    const name = prepared.nameOf(CALL, 'a')
    expect(name).toMatch(/^rota_[0-9a-z]+_0$/)
    expect(prepared.nameOf(CALL, 'a')).toBe(name)
    expect(prepared.nameOf(CALL, 'b')).not.toBe(name)
    for (const text of ['SELECT 1', 'SELECT id FROM {s}.kinds WHERE id = ANY ($1)']) {
      expect(prepared.nameOf(text, text)).toBeUndefined()
    }
    expect(prepared.nameOf('SELECT {s}.now_ms(), id FROM {s}.bodies', 'c')).toBeUndefined()
  })

  it('are new ones once a result has changed, however many statements meet that at one time', () => {
    const prepared = new PreparedStatements()
    const name = prepared.nameOf(CALL, 'a') ?? ''
    expect(prepared.forget(name, error('40001'))).toBe(false)
    expect(prepared.forget(name, error('0A000'))).toBe(true)
    expect(prepared.forget(name, error('0A000'))).toBe(true)
    expect(prepared.nameOf(CALL, 'a')).toBe(name.replace(/_0$/, '_1'))
  })

  it('are given up where others decide what they stand for', () => {
    const prepared = new PreparedStatements()
    expect(prepared.forget(prepared.nameOf(CALL, 'a') ?? '', error('26000'))).toBe(true)
    expect(prepared.nameOf(CALL, 'a')).toBeUndefined()
  })
})

const url = await postgresServer('embedded')
const schema = `rota prepared ${process.pid}`

describe.skipIf(url === null)('a store whose connections keep its statements', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 1 })
  const backend = postgres({ pool, schema, listen: false })
  beforeAll(async () => backend.open())
  afterAll(async () => {
    await backend.close()
    await migratePostgres({ pool, schema, to: 0 })
    await pool.end()
  })
  const extend = async (): Promise<unknown> => backend.jobs.extend({ receipts: ['1.1'], leaseMs: 1_000 })
  const kept = async (): Promise<number> => {
    const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM pg_prepared_statements')
    return rows[0]?.n ?? 0
  }

  it('sends a call by its name from the second time on', async () => {
    await backend.jobs.enqueue({ jobs: [newJob()] })
    const before = await kept()
    await backend.jobs.enqueue({ jobs: [newJob()] })
    expect(before).toBeGreaterThan(0)
    expect(await kept()).toBe(before)
  })

  it('goes on when a migration has changed what a call gives', async () => {
    expect(await extend()).toEqual(['lost'])
    const quoted = `"${schema}".extend_leases`
    await pool.query(`DROP FUNCTION ${quoted};
      CREATE FUNCTION ${quoted}(bigint[], int[], bigint) RETURNS TABLE(seq bigint, fence int, called_off boolean, more int)
      LANGUAGE sql AS 'SELECT 1::bigint, 1, false, 1'`)
    expect(await extend()).toEqual(['extended'])
  })

  it('goes on when somebody else has cleared the connection, and keeps nothing there from then on', async () => {
    await extend()
    await pool.query('DEALLOCATE ALL')
    expect(await extend()).toEqual(['extended'])
    expect(await kept()).toBe(0)
  })

  it('keeps nothing behind a pooler, which gives the next statement to another process', async () => {
    const sent: (PgQuery | string)[] = []
    const behind = new pg.Pool({ connectionString: url ?? '', max: 1 })
    behind.on('connect', (client) => {
      // The number that a client was told is the pooler's.
      Object.assign(client, { processID: 1 })
      const query = client.query.bind(client) as (given: PgQuery | string) => unknown
      Object.assign(client, {
        query: (given: PgQuery | string) => {
          sent.push(given)
          return query(given)
        },
      })
    })
    const other = postgres({ pool: behind, schema, listen: false })
    await other.open()
    await other.jobs.enqueue({ jobs: [newJob()] })
    await other.close()
    await behind.end()
    expect(sent.length).toBeGreaterThan(0)
    expect(sent.filter((query) => typeof query !== 'string' && query.name !== undefined)).toEqual([])
  })
})
