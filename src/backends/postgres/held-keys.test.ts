import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { newJob } from '../../testing/new-job.js'
import type { PgPool } from './client-types.js'
import { migratePostgres } from './migrate-schema.js'
import { postgres } from './postgres-backend.js'

const url = await postgresServer('embedded')
const schema = `rota keys ${process.pid}`
const CALLERS = 8

/** Connections are lent so often until all callers wait for each other, and then so often again. */
const WARM = 6 * CALLERS
const WATCHED = 20

describe.skipIf(url === null)('keys that an open transaction holds', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 20 })
  pool.on('error', () => undefined)
  afterAll(async () => {
    await migratePostgres({ pool, schema, to: 0 })
    await pool.end()
  })

  it('keep two connections of a pool busy, however many callers wait for them, and are answered for when it ends', async () => {
    const lent = new LentCounter(pool)
    // Callers wait for as long as the count of connections takes, however slow the machine is.
    const backend = postgres({ pool: lent.pool, schema, listen: false, callTimeoutMs: 600_000 })
    await backend.open()
    const keys = Array.from({ length: CALLERS }, (_, at) => `held-${at}`)
    const holders = keys.map((uniqueKey) => newJob({ uniqueKey }))
    const user = await pool.connect()
    await user.query('BEGIN')
    await backend.jobs.enqueue({ jobs: holders }, user)

    const group = [newJob(), newJob({ uniqueKey: 'held-0' })]
    await expect(backend.jobs.enqueue({ jobs: group, impatient: true })).rejects.toMatchObject({ code: 'BUSY' })
    expect(await backend.inspector.get({ ids: group.map(({ id }) => id) })).toEqual([null, null])

    const waiting = keys.map(async (uniqueKey) => backend.jobs.enqueue({ jobs: [newJob({ uniqueKey })] }))
    await lent.reaches(WARM)
    lent.most = 0
    await lent.reaches(WARM + WATCHED)
    expect(lent.most).toBeLessThanOrEqual(2)
    const free = newJob({ uniqueKey: 'free' })
    expect(await backend.jobs.enqueue({ jobs: [free] })).toEqual([{ status: 'inserted', id: free.id }])

    await user.query('COMMIT')
    user.release()
    const given = (await Promise.all(waiting)).flat()
    expect(given).toEqual(holders.map(({ id }) => ({ status: 'duplicate', id, by: 'unique' })))
    await backend.close()
  })
})

/** Counts how many connections of a pool are out at one time. */
class LentCounter {
  readonly pool: PgPool
  most = 0
  #out = 0
  #lent = 0
  #wanted = Infinity
  #reached: () => void = () => undefined

  constructor(pool: pg.Pool) {
    this.pool = new Proxy<PgPool>(pool, {
      get: (target, key) => {
        if (key === 'connect') return async () => this.#lend(target)
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }

  async reaches(lent: number): Promise<void> {
    if (this.#lent >= lent) return
    this.#wanted = lent
    await new Promise<void>((resolve) => (this.#reached = resolve))
  }

  async #lend(pool: PgPool): ReturnType<PgPool['connect']> {
    const client = await pool.connect()
    this.#lent += 1
    this.#out += 1
    this.most = Math.max(this.most, this.#out)
    if (this.#lent >= this.#wanted) this.#reached()
    const release = client.release.bind(client)
    client.release = (destroy) => {
      this.#out -= 1
      client.release = release
      release(destroy)
    }
    return client
  }
}
