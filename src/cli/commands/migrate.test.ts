import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'
import { postgresServer } from '../../../test/servers/postgres.js'
import { SCHEMA_VERSION } from '../../backends/postgres/migrations/migrate.js'

const url = await postgresServer('embedded')

it.each(['memory:', 'sqlite:some.db'])('rota migrate has nothing to do for %s, and touches no file', async (store) => {
  const world = new CommandWorld()
  const ran = await world.run(['migrate', '-u', store], { realStore: true })
  expect(ran).toEqual({
    exitCode: 0,
    stdout: `${store} needs no migration: its schema is brought up to date whenever it is opened.\n`,
    stderr: '',
  })
  const json = await world.run(['migrate', '-u', store, '--json'], { realStore: true })
  expect(JSON.parse(json.stdout)).toEqual({ schema: null, from: null, to: null, sql: '' })
})

it.each([
  [['migrate', 'sideways'], 'sideways'],
  [['migrate', '--from', '0'], '--from needs --dry-run'],
  [['migrate', '-u', 'oracle://x'], 'got the scheme "oracle"'],
  [['migrate', '-u', 'postgres://x/y', '--dry-run', '--from', '0', '--to', '99'], 'knows the versions 0 to'],
])('rota %j is bad usage', async (line, says) => {
  const { exitCode, stderr, stdout } = await new CommandWorld().run(line, { realStore: true })
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toContain(says)
})

it('rota migrate --dry-run --from 0 prints the schema without asking the database', async () => {
  const line = ['migrate', '-u', 'postgres://nobody@localhost:1/none?schema=My+Jobs', '--dry-run', '--from', '0']
  const { exitCode, stdout } = await new CommandWorld().run(line, { realStore: true })
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(
    /^-- schema "My Jobs", from version 0 to \d+\nBEGIN;\nSELECT pg_advisory_xact_lock\(\d+\);\nCREATE SCHEMA IF NOT EXISTS "My Jobs";\n/,
  )
  expect(stdout).toMatch(/COMMIT;\n$/)
})

describe.skipIf(url === null)('rota migrate on PostgreSQL', () => {
  const schema = `migrate_${process.pid}`
  const pool = new pg.Pool({ connectionString: url ?? '', max: 2 })
  const world = new CommandWorld()
  const run = async (...words: readonly string[]): ReturnType<CommandWorld['run']> =>
    world.run(['migrate', ...words, '-u', url ?? '', '--schema', schema], { realStore: true })
  const tables = async (): Promise<number> => {
    const { rows } = await pool.query('SELECT 1 FROM pg_tables WHERE schemaname = $1', [schema])
    return rows.length
  }

  afterAll(async () => {
    await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    await pool.end()
  })

  it('goes up once, down when it is told to, and changes nothing in a dry run', async () => {
    expect((await run('--dry-run')).stdout).toContain(`CREATE SCHEMA IF NOT EXISTS "${schema}"`)
    expect(await tables()).toBe(0)
    expect(await run()).toMatchObject({
      exitCode: 0,
      stdout: `Schema "${schema}" went from version 0 to ${SCHEMA_VERSION}.\n`,
    })
    const made = await tables()
    expect(made).toBeGreaterThan(10)
    expect(await run('up')).toMatchObject({
      exitCode: 0,
      stdout: `Schema "${schema}" has version ${SCHEMA_VERSION} already.\n`,
    })
    expect((await run('--dry-run')).stdout).toBe(`-- schema "${schema}" has version ${SCHEMA_VERSION} already\n`)
    expect(await run('up', '--to', '0')).toMatchObject({ exitCode: 2 })
    expect(await run('down')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--force') as string })
    expect(await tables()).toBe(made)
    const down = async (...words: readonly string[]): Promise<unknown> =>
      JSON.parse((await run('down', '--force', '--json', ...words)).stdout)
    expect(await down()).toMatchObject({ schema, from: SCHEMA_VERSION, to: SCHEMA_VERSION - 1 })
    expect(await down('--to', '0')).toMatchObject({ schema, from: SCHEMA_VERSION - 1, to: 0 })
    expect(await tables()).toBe(0)
  })

  it('prints statements that do the same when people run them', async () => {
    const { stdout } = await run('--dry-run')
    await pool.query(stdout)
    expect(await run()).toMatchObject({ stdout: `Schema "${schema}" has version ${SCHEMA_VERSION} already.\n` })
    expect(await run('down', '--force', '--to', '0')).toMatchObject({ exitCode: 0 })
  })

  it('says when the server is not there', async () => {
    const line = ['migrate', '-u', 'postgres://nobody:secret@127.0.0.1:1/none']
    const { exitCode, stderr } = await world.run(line, { realStore: true })
    expect(exitCode).toBe(1)
    expect(stderr).not.toContain('secret')
  })
})
