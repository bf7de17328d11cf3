import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { newJob } from '../../testing/new-job.js'
import { migratePostgres } from './migrate-schema.js'
import { postgres } from './postgres-backend.js'

const url = await postgresServer('embedded')
const schema = `rota kinds ${process.pid}`

describe.skipIf(url === null)('a pool whose every connection is in a transaction', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 1 })
  afterAll(async () => {
    await migratePostgres({ pool, schema, to: 0 })
    await pool.end()
  })

  it('takes jobs of tasks that were enqueued before this program was started', async () => {
    const before = postgres({ pool, schema })
    await before.open()
    await before.jobs.enqueue({ jobs: [newJob({ task: 'known' })] })
    await before.close()

    const backend = postgres({ pool, schema, callTimeoutMs: 5_000 })
    await backend.open()
    const user = await pool.connect()
    await user.query('BEGIN')
    const job = newJob({ task: 'known' })
    expect(await backend.jobs.enqueue({ jobs: [job] }, user)).toEqual([{ status: 'inserted', id: job.id }])
    await user.query('COMMIT')
    user.release()
    expect(await backend.inspector.get({ ids: [job.id] })).toMatchObject([{ task: 'known', state: 'pending' }])
    await backend.close()
  })
})
