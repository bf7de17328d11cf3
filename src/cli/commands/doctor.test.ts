import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'
import { postgresServer } from '../../../test/servers/postgres.js'
import { migratePostgres } from '../../backends/postgres/migrate-schema.js'
import { openDatabase } from '../../backends/sqlite/driver.js'
import { systemClock } from '../../time/system-clock.js'

const url = await postgresServer('embedded')

describe('rota doctor on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-doctor-'))
  const file = join(folder, 'rota.db')
  const run = async (...words: readonly string[]): ReturnType<CommandWorld['run']> =>
    new CommandWorld().run(['doctor', '-u', `sqlite:${file}`, ...words], { realStore: true })

  afterAll(() => rmSync(folder, { recursive: true }))

  it('looks at no file that is not there, and makes none', async () => {
    expect(await run()).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('there is no store at') as string,
    })
  })

  it('is content with a store that is well', async () => {
    await new CommandWorld().run(['task', 'add', 'mail', '-u', `sqlite:${file}`], { realStore: true })
    expect(await run()).toEqual({ exitCode: 0, stdout: `sqlite:${file}: healthy\n`, stderr: '' })
    expect(JSON.parse((await run('--json')).stdout)).toEqual({ url: `sqlite:${file}`, healthy: true, findings: [] })
  })

  it('finds records that do not agree', async () => {
    const database = await openDatabase(file)
    database.exec('UPDATE counters SET count = count + 5, total = total + 5')
    database.close()
    const { exitCode, stdout } = await run('--json')
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { healthy: false, findings: [{ check: 'records' }] }])
    expect((await run()).stdout).toContain('records: counter of queue "default", task "mail"')
  })

  it('finds a file that is damaged', async () => {
    const database = await openDatabase(file)
    database.exec('UPDATE counters SET count = count - 5, total = total - 5')
    database.exec(
      'CREATE TABLE damaged(id INTEGER PRIMARY KEY, word TEXT); CREATE INDEX damaged_words ON damaged(word)',
    )
    database.exec("INSERT INTO damaged(word) VALUES ('rightword')")
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    const bytes = readFileSync(file)
    const at = bytes.lastIndexOf('rightword')
    bytes.write('wrongword', at)
    writeFileSync(file, bytes)
    const { exitCode, stdout } = await run()
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^integrity: .*damaged_words/)
    expect(stdout).toContain('.recover')
  })
})

describe.skipIf(url === null)('rota doctor on PostgreSQL', () => {
  const database = `doctor_command_${process.pid}`
  const admin = new pg.Pool({ connectionString: url ?? '', max: 1 })
  const there = new URL(url ?? 'postgres://nowhere')
  there.pathname = `/${database}`
  let pool: pg.Pool

  beforeAll(async () => {
    await admin.query(`CREATE DATABASE ${database}`)
    pool = new pg.Pool({ connectionString: there.href, max: 2 })
    await migratePostgres({ pool, schema: 'jobs' })
  })

  afterAll(async () => {
    await pool.end()
    await admin.query(`DROP DATABASE ${database}`)
    await admin.end()
  })

  /** Clocks are compared, so this world has the time of the machine. */
  async function run(...words: readonly string[]): ReturnType<CommandWorld['run']> {
    const world = new CommandWorld()
    world.clock.jump(systemClock.now() - world.clock.now())
    return world.run(['doctor', '-u', there.href, ...words], { realStore: true })
  }

  it('ends with 0 for a store that is well, and with 1 and what mends it for one that is not', async () => {
    const shown = there.href.replace('postgres@', '***@')
    expect(await run('--schema', 'jobs')).toEqual({ exitCode: 0, stdout: `${shown}: healthy\n`, stderr: '' })
    await pool.query('DROP INDEX jobs.edges_by_parent')
    const { exitCode, stdout } = await run('--schema', 'jobs')
    const mend = 'CREATE INDEX CONCURRENTLY edges_by_parent ON "jobs".edges USING btree (parent)'
    expect([exitCode, stdout]).toEqual([1, `index: index edges_by_parent is missing\n    ${mend}\n`])
    await pool.query(mend)
    expect(await run('--schema', 'nowhere')).toMatchObject({
      exitCode: 1,
      stdout: 'schema: there is no schema "nowhere"\n    rota migrate\n',
    })
  })

  it('compares the records when it is told to', async () => {
    await pool.query('INSERT INTO jobs.counters VALUES (3, 7, 7)')
    expect(await run('--schema', 'jobs')).toMatchObject({ exitCode: 0 })
    const { exitCode, stdout } = await run('--schema', 'jobs', '--deep', '--json')
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      1,
      { healthy: false, findings: [{ check: 'records', mend: null }] },
    ])
  })
})
