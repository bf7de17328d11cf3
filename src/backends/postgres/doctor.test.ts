import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import type { Clock } from '../../model/clock.js'
import { systemClock } from '../../time/system-clock.js'
import { examinePostgres } from './doctor.js'
import type { DoctorFinding } from './doctor-finding.js'
import { migratePostgres } from './migrate-schema.js'

const url = await postgresServer('embedded')

describe.skipIf(url === null)('the doctor of a PostgreSQL store', () => {
  // A database of its own: what others hold open in theirs is none of its business.
  const database = `doctor_${process.pid}`
  const schema = 'sick'
  const admin = new pg.Pool({ connectionString: url ?? '', max: 2 })
  const there = new URL(url ?? 'postgres://nowhere')
  there.pathname = `/${database}`
  let pool: pg.Pool

  beforeAll(async () => {
    await admin.query(`CREATE DATABASE ${database}`)
    pool = new pg.Pool({ connectionString: there.href, max: 4 })
    await migratePostgres({ pool, schema })
  })

  afterAll(async () => {
    await pool.end()
    await admin.query(`DROP DATABASE ${database}`)
    await admin.end()
  })

  const examine = async (clock: Clock = systemClock, of = schema): Promise<readonly DoctorFinding[]> =>
    examinePostgres({ pool, schema: of, clock, signal: new AbortController().signal })

  it('finds nothing wrong with a store that is well, and leaves nothing behind', async () => {
    expect(await examine()).toEqual([])
    const { rows } = await pool.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rota%'`)
    expect(rows).toEqual([])
  })

  it.each([
    ['DROP INDEX sick.live_lanes', 'index', 'index live_lanes is missing'],
    [
      'DROP INDEX sick.live_lanes; CREATE INDEX live_lanes ON sick.live(lane)',
      'index',
      'index live_lanes is not as this version makes it',
    ],
    ['ALTER TABLE sick.params DROP CONSTRAINT params_pkey', 'index', 'index params_pkey is missing'],
    ['ALTER TABLE sick.live DROP COLUMN worker', 'schema', 'column live.worker is missing'],
    [
      'ALTER TABLE sick.nodes ALTER COLUMN record DROP NOT NULL',
      'schema',
      'column nodes.record is not as this version',
    ],
    [
      'ALTER TABLE sick.live SET (fillfactor = 100)',
      'schema',
      'setting live: fillfactor is not as this version makes it',
    ],
    ['ALTER TABLE sick.live RESET (fillfactor)', 'schema', 'setting live: fillfactor is missing'],
    ['DROP SEQUENCE sick.blocks', 'schema', 'sequence blocks is missing'],
    ['DROP FUNCTION sick.verify()', 'schema', 'function verify() is missing'],
    [
      `CREATE OR REPLACE FUNCTION sick.clock_ms() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'`,
      'schema',
      'function clock_ms() is not as this version makes it',
    ],
  ])('finds what "%s" has done, with a statement that mends it', async (harm, check, problem) => {
    await pool.query(harm)
    const findings = await examine()
    expect(findings).toMatchObject([{ check, problem: expect.stringContaining(problem) as string }])
    // One by one: what is made concurrently is made in no transaction, and several statements in one text are one.
    const statements = /^CREATE (OR REPLACE )?FUNCTION/.test(findings[0]?.mend ?? '')
      ? [findings[0]?.mend ?? '']
      : (findings[0]?.mend?.split('; ') ?? [])
    for (const statement of statements) await pool.query(statement)
    expect(await examine()).toEqual([])
  })

  it('finds a missing table, once', async () => {
    await pool.query('ALTER TABLE sick.errors RENAME TO errors_away')
    expect(await examine()).toEqual([
      { check: 'schema', problem: 'table errors is missing', mend: 'rota migrate --dry-run --from 0' },
    ])
    await pool.query('ALTER TABLE sick.errors_away RENAME TO errors')
  })

  it('finds an index that was never finished', async () => {
    await pool.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'sick.logs_by_job'::regclass`)
    const [finding] = await examine()
    expect(finding).toMatchObject({ check: 'index', problem: 'index logs_by_job is not valid: it was never finished' })
    await pool.query(finding?.mend ?? '')
    expect(await examine()).toEqual([])
  })

  it('finds a clock that differs', async () => {
    // By an hour, because what the answer takes is taken off.
    const late: Clock = { ...systemClock, now: () => systemClock.now() - 3_600_000 }
    expect(await examine(late)).toMatchObject([
      {
        check: 'clock',
        problem: expect.stringMatching(/^the clock of the server is 3(5[4-9]|60)\d{4} ms ahead of/) as string,
      },
    ])
    const early: Clock = { ...systemClock, now: () => systemClock.now() + 3_600_000 }
    expect(await examine(early)).toMatchObject([
      {
        check: 'clock',
        problem: expect.stringMatching(/^the clock of the server is 3(5[4-9]|60)\d{4} ms behind/) as string,
      },
    ])
  })

  it('finds a schema that is not there, or is that of a newer version', async () => {
    expect(await examine(systemClock, 'nowhere')).toEqual([
      { check: 'schema', problem: 'there is no schema "nowhere"', mend: 'rota migrate' },
    ])
    await pool.query('UPDATE sick.meta SET version = 99')
    expect(await examine()).toMatchObject([{ check: 'schema', mend: null }])
    await pool.query('UPDATE sick.meta SET version = 2')
  })

  it('finds bloat, and the statement that removes it', async () => {
    await pool.query('ALTER TABLE sick.progress SET (autovacuum_enabled = off)')
    await pool.query(`INSERT INTO sick.progress SELECT n, '1' FROM generate_series(1, 60000) n`)
    await pool.query('DELETE FROM sick.progress')
    // Only to be quicker: servers before 15 have no such function.
    await pool.query('SELECT pg_stat_force_next_flush()').catch(() => undefined)
    let findings: readonly DoctorFinding[] = []
    // The server counts a moment after the commit.
    while (findings.length === 0) findings = await examine()
    expect(findings).toMatchObject([
      { check: 'bloat', problem: expect.stringMatching(/^table "progress" has 60000 dead rows/) as string },
    ])
    await pool.query(findings[0]?.mend ?? '')
    while ((await examine()).length > 0);
    await pool.query('ALTER TABLE sick.progress RESET (autovacuum_enabled)')
  })
})
