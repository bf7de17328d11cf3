import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migratePostgres } from '../../src/backends/postgres/migrate-schema.js'
import { postgresServer } from '../servers/postgres.js'
import { CommandWorld, type Ran } from './command-world.js'

const url = await postgresServer('embedded')
const schema = `cli_${process.pid}`

/** Each run connects and lets go, as each process does. */
function rota(line: string): Promise<Ran> {
  const named = new URL(url ?? '')
  named.searchParams.set('schema', schema)
  return new CommandWorld().run(line, { realStore: true, env: { ROTA_URL: named.href } })
}

describe.skipIf(url === null)('a PostgreSQL store', () => {
  let pool: pg.Pool

  beforeAll(() => {
    pool = new pg.Pool({ connectionString: url ?? '' })
  })

  afterAll(async () => {
    await migratePostgres({ pool, schema, to: 0 })
    await pool.end()
  })

  const schemas = async (): Promise<unknown[]> => {
    const { rows } = await pool.query<{ nspname: string }>('SELECT nspname FROM pg_namespace WHERE nspname = $1', [
      schema,
    ])
    return rows
  }

  it.each(['info', 'task list', 'task cron list', 'task cron pause x', 'queue pause q'])(
    'is not made by `rota %s`',
    async (line) => {
      const { exitCode, stderr } = await rota(line)
      expect(stderr).toMatch(/^rota: there is no store at postgres\S+ yet; rota migrate, task add, .*\n$/)
      expect(exitCode).toBe(1)
      expect(await schemas()).toEqual([])
    },
  )

  it('is made by the first schedule, and seen by every command after it', async () => {
    expect(await rota('task cron add nightly daily report:make')).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await rota('task cron list --names')).stdout).toBe('nightly\n')
    const ran = await rota('task cron run nightly --json')
    expect(JSON.parse(ran.stdout)).toMatchObject({ name: 'nightly', task: 'report:make' })
    expect((await rota('task cron history nightly')).stdout).toContain('manual')
  })

  it('of an older version is left as it is by what only looks', async () => {
    // There is none yet: step 1 is the first.
    await pool.query(`UPDATE ${schema}.meta SET version = -1`)
    const { exitCode, stderr } = await rota('task cron list')
    await pool.query(`UPDATE ${schema}.meta SET version = 1`)
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^rota: the store at postgres\S+ is that of an older version; rota migrate brings it up to date\n$/,
      ),
    ])
  })
})
