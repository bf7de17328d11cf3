import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { findOldSnapshots } from './doctor-snapshots.js'

const url = await postgresServer('embedded')

describe.skipIf(url === null)('the oldest open snapshot', () => {
  it('is found with who holds it, and with the statement that ends it', async () => {
    const connectionString = url ?? ''
    const holder = new pg.Client({ connectionString, application_name: 'the report' })
    const doctor = new pg.Client({ connectionString })
    const ended = new Promise((resolve) => holder.on('error', resolve))
    await Promise.all([holder.connect(), doctor.connect()])
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const mine = `(?:process ${rows[0]?.pid} \\(the report, user postgres, from 127\\.0\\.0\\.1(?:/32)?\\), idle in transaction)`
    const held = async (
      seconds: number,
    ): Promise<readonly { readonly problem: string; readonly mend: string | null }[]> =>
      (await findOldSnapshots(doctor, seconds)).filter(({ problem }) => new RegExp(mine).test(problem))
    expect(await held(60)).toEqual([])
    const [finding] = await held(0)
    expect(finding).toMatchObject({ check: 'snapshot', mend: `SELECT pg_terminate_backend(${rows[0]?.pid})` })
    expect(finding?.problem).toContain('SELECT pg_backend_pid() AS pid')
    await doctor.query(finding?.mend ?? '')
    await ended
    while ((await held(0)).length > 0);
    await doctor.end()
  })
})
