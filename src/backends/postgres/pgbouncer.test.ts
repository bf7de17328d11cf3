import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Pgbouncer, pgbouncerProgram } from '../../../test/servers/pgbouncer.mjs'
import { postgresServer } from '../../../test/servers/postgres.js'
import { complete, type Lease } from '../../model/lease.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJob } from '../../testing/new-job.js'
import { migratePostgres } from './migrate-schema.js'
import { postgres } from './postgres-backend.js'

const url = await postgresServer('embedded')
const isThere = url !== null && (await pgbouncerProgram()) !== null
if (url !== null && !isThere) {
  if (process.env['CI'] === 'true') throw new Error('no PgBouncer, and it cannot be installed')
  process.stderr.write('SKIPPED: no PgBouncer\n')
}

describe.skipIf(!isThere)('behind PgBouncer, which shares connections between transactions', () => {
  const schema = `rota pooled ${process.pid}`
  const pooler = new Pgbouncer()
  let folder = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rota-pgbouncer-'))
    // Fewer than there are calls: each meets connections that others have used.
    await pooler.start({ folder, url: url ?? '', connections: 3 })
  })
  afterAll(async () => {
    await pooler.stop()
    await migratePostgres({ url: url ?? '', schema, to: 0 })
    rmSync(folder, { recursive: true, force: true })
  })

  it('the store notices it, says so, hears nobody, and keeps its promises', async () => {
    const codes: unknown[] = []
    const hear = (warning: Error & { readonly code?: unknown }): number => codes.push(warning.code)
    process.on('warning', hear)
    await using pooled = postgres({ url: pooler.url, schema })
    await pooled.open()
    const jobs = Array.from({ length: 40 }, (_, at) => newJob({ uniqueKey: at % 2 === 0 ? `key ${at}` : null }))
    await Promise.all(jobs.map(async (job) => pooled.jobs.enqueue({ jobs: [job] })))
    const leases: Lease[] = []
    while (leases.length < jobs.length) {
      const claims = Array.from({ length: 4 }, async () => pooled.jobs.claim(claimParams({ limit: 5 })))
      leases.push(...(await Promise.all(claims)).flatMap((claim) => claim.leases))
    }
    expect(new Set(leases.map(({ job }) => job.id))).toEqual(new Set(jobs.map(({ id }) => id)))
    const settled = await Promise.all(
      leases.map(async ({ receipt }) => pooled.jobs.settle({ settlements: [complete(receipt, null)] })),
    )
    expect(new Set(settled.flat())).toEqual(new Set(['settled']))
    process.off('warning', hear)
    expect(pooled.capabilities.wakeups).toBe('local')
    expect(codes).toContain('ROTA_POOLER')
  })

  it('a call that takes long is not taken for lost, and can be aborted', async () => {
    await using pooled = postgres({ url: pooler.url, schema, callTimeoutMs: 2_500 })
    await using direct = postgres({ url: url ?? '', schema })
    await Promise.all([pooled.open(), direct.open()])
    const { default: pg } = await import('pg')
    const blocker = new pg.Client({ connectionString: url ?? '' })
    await blocker.connect()
    await blocker.query(`BEGIN; LOCK TABLE "${schema}".live IN ACCESS EXCLUSIVE MODE`)
    await expect(pooled.jobs.claim(claimParams())).rejects.toMatchObject({ code: 'CALL_TIMEOUT' })
    await blocker.query('ROLLBACK')
    await blocker.end()
    await expect(direct.inspector.lag({})).resolves.toBeInstanceOf(Array)
    expect(direct.capabilities.wakeups).toBe('shared')
  })
})
