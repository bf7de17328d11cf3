import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJob } from '../../testing/new-job.js'
import { FakeClock } from '../../time/fake-clock.js'
import type { PgTx } from './client-types.js'
import { migratePostgres } from './migrate-schema.js'
import { postgres } from './postgres-backend.js'

const url = await postgresServer('embedded')

describe.skipIf(url === null)('what has gathered in a PostgreSQL store', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 5 })
  pool.on('error', () => undefined)
  const schemas: string[] = []
  const clock = new FakeClock()
  const open = async (): Promise<{ readonly backend: Backend<PgTx>; readonly schema: string }> => {
    const schema = `rota_backlog_${process.pid}_${schemas.length}`
    schemas.push(schema)
    const backend = postgres({ pool, schema, clock, listen: false })
    await backend.open()
    return { backend, schema }
  }
  afterAll(async () => {
    for (const schema of schemas) await migratePostgres({ pool, schema, to: 0 })
    await pool.end()
  })

  it('while nobody kept house is moved in as many ticks as it takes, each of which says that more is to be done', async () => {
    const { backend, schema } = await open()
    const [outcome] = await backend.jobs.enqueue({ jobs: [newJob()] })
    await pool.query(`INSERT INTO ${schema}.deltas SELECT slot, 0, 1 FROM ${schema}.deltas, generate_series(1, 45000)`)
    await pool.query(
      `INSERT INTO ${schema}.happened(at, state, seqs) SELECT at, state, seqs FROM ${schema}.happened, generate_series(1, 45000)`,
    )
    const left: unknown[] = []
    for (let isDue = true; isDue;) {
      const { nextAt } = await backend.maintenance.tick({})
      const { rows } = await pool.query<{ deltas: number; happened: number; now: number }>(
        `SELECT (SELECT count(*)::int FROM ${schema}.deltas) AS deltas, (SELECT count(*)::int FROM ${schema}.happened) AS happened,
          ${schema}.now_ms()::float8 AS now`,
      )
      const { deltas, happened, now } = rows[0]!
      left.push([deltas, happened])
      isDue = nextAt <= now && deltas + happened > 0
    }
    expect(left).toEqual([
      [25_001, 25_001],
      [5_001, 5_001],
      [0, 0],
    ])
    const counts = await backend.inspector.counts({})
    expect(counts.map(({ state, count, total }) => [state, count, total])).toEqual([['pending', 1, 45_001]])
    const { events } = await backend.events.read({ after: null, limit: 1 })
    expect(events.map(({ id, state }) => [id, state])).toEqual([[outcome!.id, 'pending']])
    await backend.close()
  })

  it('is removed beside a transaction that makes a job wait for one of them, and that one when the transaction has ended', async () => {
    const { backend } = await open()
    const parent = newJob()
    const other = newJob()
    const child = newJob({ parents: [{ id: parent.id, otherwise: 'fail' }] })
    await backend.jobs.enqueue({ jobs: [parent, other] })
    const { leases } = await backend.jobs.claim(claimParams())
    await backend.jobs.settle({ settlements: leases.map(({ receipt }) => complete(receipt, null)) })
    // Counters decide what is too much, and are added up by a tick.
    await backend.maintenance.tick({})
    await backend.control.putQueues({ queues: [{ name: parent.queue, completedMax: 0 }] })
    const tx = new pg.Client({ connectionString: url ?? '' })
    await tx.connect()
    await tx.query('BEGIN')
    await backend.jobs.enqueue({ jobs: [child] }, tx)
    const exists = async (): Promise<readonly boolean[]> =>
      (await backend.inspector.get({ ids: [parent.id, other.id] })).map((record) => record !== null)
    expect((await backend.maintenance.tick({})).pruned).toBe(1)
    expect(await exists()).toEqual([true, false])
    const { now } = await backend.schedules.due({ limit: 1 })
    const { pruned, nextAt } = await backend.maintenance.tick({})
    expect(pruned).toBe(0)
    expect(nextAt - now).toBeGreaterThanOrEqual(1_000)
    await tx.query('COMMIT')
    await tx.end()
    await backend.maintenance.tick({})
    expect(await exists()).toEqual([false, false])
    await backend.close()
  })

  it('is in the log of events when somebody asks where that ends', async () => {
    const { backend, schema } = await open()
    await backend.jobs.enqueue({ jobs: [newJob()] })
    await pool.query(
      `INSERT INTO ${schema}.happened(at, state, seqs) SELECT at, state, seqs FROM ${schema}.happened, generate_series(1, 30000)`,
    )
    const after = await backend.events.latest({})
    expect((await backend.events.read({ after, limit: 10 })).events).toEqual([])
    await backend.close()
  })

  it('behind a snapshot hides a job that was committed late for a second only, and the claim that missed it says when to look', async () => {
    const { backend } = await open()
    const params = claimParams({ limit: 1000 })
    const snapshot = new pg.Client({ connectionString: url ?? '' })
    const tx = new pg.Client({ connectionString: url ?? '' })
    await Promise.all([snapshot.connect(), tx.connect()])
    await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await snapshot.query('SELECT 1')
    for (let batch = 0; batch < 6; batch += 1) {
      await backend.jobs.enqueue({ jobs: Array.from({ length: 1000 }, () => newJob()) })
      const { leases } = await backend.jobs.claim(params)
      await backend.jobs.settle({ settlements: leases.map(({ receipt }) => complete(receipt, null)) })
    }
    await tx.query('BEGIN')
    const late = newJob({ due: { at: 1 } })
    await backend.jobs.enqueue({ jobs: [late] }, tx)
    // Whatever the claims above have found is forgotten; this one looks from the beginning, and walks over all that is gone.
    await clock.advance(1_000)
    expect(await backend.jobs.claim(params)).toEqual({ leases: [], nextVisibleAt: null })
    await tx.query('COMMIT')
    const hidden = await backend.jobs.claim(params)
    expect(hidden.leases).toEqual([])
    expect(hidden.nextVisibleAt).toBeTypeOf('number')
    await clock.advance(1_000)
    expect((await backend.jobs.claim(params)).leases.map(({ job }) => job.id)).toEqual([late.id])
    await Promise.all([snapshot.end(), tx.end()])
    await backend.close()
  })
})
