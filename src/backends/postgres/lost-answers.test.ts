import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import type { Wakeup } from '../../port/wakeups.js'
import { newJob } from '../../testing/new-job.js'
import type { PgClient, PgPool, PgQuery } from './client-types.js'
import { migratePostgres } from './migrate-schema.js'
import { quoted } from './migrations/migrate.js'
import { postgres } from './postgres-backend.js'

const url = await postgresServer('embedded')
const schema = `rota lost ${process.pid}`

describe.skipIf(url === null)('an enqueue whose answer is lost with its connection', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 5 })
  pool.on('error', () => undefined)
  const losing = new LosingPool(pool)
  const backend = postgres({ pool: losing.pool, schema, listen: false })
  const hints: Wakeup[] = []
  beforeAll(async () => {
    await backend.open()
    backend.wakeups?.subscribe((hint) => hints.push(hint))
    await backend.jobs.enqueue({ jobs: [newJob()] })
  })
  beforeEach(() => {
    hints.length = 0
  })
  afterAll(async () => {
    await backend.close()
    await migratePostgres({ pool, schema, to: 0 })
    await pool.end()
  })

  it('says that its jobs were inserted, and gives the hint of them, when it is sent again', async () => {
    const jobs = [newJob(), newJob({ uniqueKey: 'lost' })]
    losing.next = 'enqueue_jobs'
    const outcomes = await backend.jobs.enqueue({ jobs })
    expect(losing.next).toBeNull()
    expect(outcomes).toEqual(jobs.map(({ id }) => ({ status: 'inserted', id })))
    expect(hints).toContainEqual({ kind: 'jobs', queues: ['queue'] })
  })

  it('says of a job that was on record before that it is a duplicate', async () => {
    const job = newJob()
    await backend.jobs.enqueue({ jobs: [job] })
    await pool.query(`UPDATE ${quoted(schema)}.bodies SET enqueued_at = enqueued_at - 3600000`)
    losing.next = 'enqueue_jobs'
    const fresh = newJob()
    expect(await backend.jobs.enqueue({ jobs: [job, fresh] })).toEqual([
      { status: 'duplicate', id: job.id, by: 'id' },
      { status: 'inserted', id: fresh.id },
    ])
    expect(losing.next).toBeNull()
  })

  it('is sent again with the numbers of the server that answers then', async () => {
    const job = newJob({ task: 'moved' })
    await backend.jobs.enqueue({ jobs: [newJob({ task: 'moved' })] })
    losing.next = 'enqueue_jobs'
    // As after a fail-over to a server that has not got the last commits: the pair has another number there.
    losing.meanwhile = `DELETE FROM ${quoted(schema)}.bodies WHERE id = '${job.id}';
      DELETE FROM ${quoted(schema)}.live l WHERE NOT EXISTS (SELECT 1 FROM ${quoted(schema)}.bodies b WHERE b.seq = l.seq);
      UPDATE ${quoted(schema)}.kinds SET task = 'another' WHERE task = 'moved'`
    await backend.jobs.enqueue({ jobs: [job] })
    expect(await backend.inspector.get({ ids: [job.id] })).toMatchObject([{ task: 'moved' }])
  })
})

/** A pool whose next statement of some kind has its effect, and then loses its connection with the answer. */
class LosingPool {
  readonly pool: PgPool
  /** What that statement calls; null: no answer is lost. */
  next: string | null = null
  /** What happens before anybody can ask again. */
  meanwhile = ''

  constructor(pool: pg.Pool) {
    this.pool = new Proxy<PgPool>(pool, {
      get: (target, key) => {
        if (key === 'connect') return async () => this.#losing(await target.connect(), pool)
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }

  #losing(client: PgClient, pool: pg.Pool): PgClient {
    return new Proxy(client, {
      get: (target, key) => {
        if (key === 'query') return async (query: PgQuery) => this.#query(target, query, pool)
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }

  async #query(client: PgClient, query: PgQuery, pool: pg.Pool): Promise<{ readonly rows: unknown[] }> {
    const answer = await client.query(query)
    if (this.next === null || !query.text.includes(this.next)) return answer
    this.next = null
    if (this.meanwhile !== '') await pool.query(this.meanwhile)
    this.meanwhile = ''
    throw Object.assign(new Error('the connection was reset'), { code: 'ECONNRESET' })
  }
}
