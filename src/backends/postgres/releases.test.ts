import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { release, snooze } from '../../model/lease.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJobs } from '../../testing/new-job.js'
import { migratePostgres } from './migrate-schema.js'
import { postgres } from './postgres-backend.js'

const url = await postgresServer('embedded')
const schema = `rota releases ${process.pid}`

describe.skipIf(url === null)('jobs that a worker gives back together', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 5 })
  const backend = postgres({ pool, schema, listen: false })
  beforeAll(async () => backend.open())
  afterAll(async () => {
    await backend.close()
    await migratePostgres({ pool, schema, to: 0 })
    await pool.end()
  })

  it('wait again in their old order, with their tries, but for those that were lost or called off', async () => {
    const jobs = newJobs(6)
    await backend.jobs.enqueue({ jobs })
    const { leases } = await backend.jobs.claim(claimParams({ limit: 6 }))
    const receipts = leases.map(({ receipt }) => receipt)
    await backend.jobs.settle({ settlements: [snooze(receipts[1]!, { inMs: 3_600_000 })] })
    await backend.jobs.cancel({ ids: [jobs[2]!.id], reason: 'enough' })
    const { leases: none } = await backend.jobs.claim(claimParams())
    expect(none).toEqual([])

    const settlements = ['1.1', ...receipts, receipts[0]!].map((receipt) => release(receipt))
    const said = ['lost', ...receipts.map(() => 'settled'), 'settled']
    expect(await backend.jobs.settle({ settlements, impatient: true })).toEqual(said)
    expect(await backend.jobs.settle({ settlements, impatient: true })).toEqual(said)
    const plain = { settlements: settlements.slice(4, 7), impatient: true }
    expect(await backend.jobs.settle(plain)).toEqual(['settled', 'settled', 'settled'])

    const states = await backend.inspector.get({ ids: jobs.map(({ id }) => id) })
    expect(states.map((record) => [record?.state, record?.tries])).toEqual(
      jobs.map((_, at) => [at === 2 ? 'cancelled' : 'pending', 0]),
    )
    const { leases: again } = await backend.jobs.claim(claimParams({ limit: 6 }))
    expect(again.map(({ job }) => job.id)).toEqual([0, 3, 4, 5].map((at) => jobs[at]!.id))
    const back = { settlements: again.map(({ receipt }) => release(receipt)), impatient: true }
    expect(await backend.jobs.settle(back)).toEqual(again.map(() => 'settled'))
    expect((await backend.jobs.claim(claimParams({ limit: 6 }))).leases.map(({ job }) => job.id)).toEqual(
      again.map(({ job }) => job.id),
    )
    expect(await backend.maintenance.verify({})).toEqual([])
  })
})
