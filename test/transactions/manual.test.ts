import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRota } from '../../src/app/create-rota.js'
import type { Rota } from '../../src/app/rota.js'
import type { PgTx } from '../../src/backends/postgres/client-types.js'
import { migratePostgres } from '../../src/backends/postgres/migrate-schema.js'
import { postgres } from '../../src/backends/postgres/postgres-backend.js'
import { Page } from '../guides/page.js'
import { CodeRunner, COMPILE_MS } from '../readme/code-runner.js'
import { ROOT } from '../readme/readme-code.js'
import { postgresServer } from '../servers/postgres.js'

const page = new Page('transactions.md')
const url = await postgresServer('embedded')

describe('docs/transactions.md', () => {
  it('shows programs that compile', { timeout: COMPILE_MS }, () => {
    const runner = new CodeRunner('transactions')
    // The adapters are compiled with the example: the types of Drizzle do not compile without `skipLibCheck`.
    const programs = page.programs.filter(({ code }) => !/^export function from/m.test(code))
    expect(programs).toHaveLength(2)
    expect(runner.complaints(programs.map(({ code }) => code))).toEqual([])
    runner.remove()
  })

  it.each(['drizzle', 'kysely', 'postgres-js', 'prisma'])('shows the adapter of %s that is tested', (name) => {
    const adapter = readFileSync(join(ROOT, 'examples', 'transactions', 'src', 'adapters', `${name}.ts`), 'utf8')
    expect(page.programs.map(({ code }) => code)).toContain(adapter)
  })
})

describe.skipIf(url === null)('the SQL of docs/transactions.md', () => {
  // Its statements name the schema as everybody does who names none.
  const database = `rota_manual_${process.pid}`
  const admin = new pg.Pool({ connectionString: url ?? '' })
  let pool: pg.Pool
  let rota: Rota<PgTx>

  beforeAll(async () => {
    await admin.query(`CREATE DATABASE ${database}`)
    const there = new URL(url ?? '')
    there.pathname = `/${database}`
    pool = new pg.Pool({ connectionString: there.href })
    rota = createRota({ backend: postgres({ pool }) })
    await rota.open()
  })

  afterAll(async () => {
    await rota.close()
    await migratePostgres({ pool, to: 0 })
    await pool.end()
    await admin.query(`DROP DATABASE ${database}`)
    await admin.end()
  })

  it('enqueues by a call, and by a trigger in the transaction that fires it', async () => {
    const [block] = page.blocks.filter(({ label }) => label === 'sql')
    await pool.query('CREATE TABLE orders(id text PRIMARY KEY)')
    await pool.query(block?.code ?? '')
    const client = await pool.connect()
    for (const [id, end] of [
      ['o_2', 'ROLLBACK'],
      ['o_3', 'COMMIT'],
    ]) {
      await client.query('BEGIN')
      await client.query('INSERT INTO orders VALUES ($1)', [id])
      await client.query(end!)
    }
    client.release()
    const { jobs } = await rota.list({ state: 'pending' })
    const found = jobs.map(({ task, payload }) => `${task} ${JSON.stringify(payload)}`)
    expect(found.toSorted()).toEqual(['receipt:send {"orderId":"o_1"}', 'receipt:send {"orderId":"o_3"}'])
  })

  it('names every parameter of the function', async () => {
    const { rows } = await pool.query<{ names: string[] }>(
      `SELECT proargnames AS names FROM pg_proc WHERE oid = 'rota.enqueue'::regproc`,
    )
    const text = readFileSync(join(ROOT, 'docs', 'transactions.md'), 'utf8')
    const named = [...text.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, names = '']) => names.match(/\w+/g) ?? [])
    expect(named.toSorted()).toEqual(rows[0]?.names.toSorted())
  })
})
