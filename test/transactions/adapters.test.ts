import { drizzle as drizzleOnPg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzleOnPostgresJs } from 'drizzle-orm/postgres-js'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import postgresJs from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromDrizzle } from '../../examples/transactions/src/adapters/drizzle.js'
import { fromKysely } from '../../examples/transactions/src/adapters/kysely.js'
import { fromPostgresJs } from '../../examples/transactions/src/adapters/postgres-js.js'
import { fromPrisma } from '../../examples/transactions/src/adapters/prisma.js'
import { createRota } from '../../src/app/create-rota.js'
import type { Rota } from '../../src/app/rota.js'
import type { PgTx } from '../../src/backends/postgres/client-types.js'
import { migratePostgres } from '../../src/backends/postgres/migrate-schema.js'
import { hintChannel } from '../../src/backends/postgres/migrations/migrate.js'
import { postgres } from '../../src/backends/postgres/postgres-backend.js'
import type { HandlerContext } from '../../src/model/handler-context.js'
import { task } from '../../src/model/task-definition.js'
import { Deferred } from '../../src/async/deferred.js'
import { postgresServer } from '../servers/postgres.js'
import { PrismaOverPg } from './prisma-over-pg.js'

const url = await postgresServer('embedded')
const schema = `transactions_${process.pid}`
const mail = task<{ to: string; on: Date }>('mail')

/** A transaction of one client: committed when `work` resolves, rolled back when it rejects. */
type Transact = (work: (tx: PgTx, execute: (text: string) => Promise<unknown>) => Promise<void>) => Promise<unknown>

describe.skipIf(url === null)('a transaction of', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 10 })
  const sql = postgresJs(url ?? '', { max: 2, onnotice: () => undefined })
  const kysely = new Kysely<object>({ dialect: new PostgresDialect({ pool }) })
  let rota: Rota<PgTx>
  let listener: pg.Client
  const heard: unknown[] = []

  beforeAll(async () => {
    rota = createRota({ backend: postgres({ pool, schema }) })
    await rota.open()
    await pool.query('CREATE TABLE IF NOT EXISTS effects(id text NOT NULL)')
    listener = new pg.Client({ connectionString: url ?? '' })
    await listener.connect()
    listener.on('notification', ({ payload }) => heard.push(payload))
    await listener.query(`LISTEN ${hintChannel(schema)}`)
  })

  afterAll(async () => {
    await rota.close()
    await migratePostgres({ pool, schema, to: 0 })
    await Promise.all([listener.end(), sql.end(), kysely.destroy()])
  })

  const clients: Readonly<Record<string, Transact>> = {
    pg: async (work) => {
      const client = await pool.connect()
      await client.query('BEGIN')
      try {
        await work(client, async (text) => client.query(text))
        await client.query('COMMIT')
      } catch (error) {
        await client.query('ROLLBACK')
        throw error
      } finally {
        client.release()
      }
    },
    'Drizzle on pg': async (work) =>
      drizzleOnPg(pool).transaction(async (tx) => work(fromDrizzle(tx), async (text) => tx.execute(text))),
    'Drizzle on postgres.js': async (work) =>
      drizzleOnPostgresJs(sql).transaction(async (tx) => work(fromDrizzle(tx), async (text) => tx.execute(text))),
    Kysely: async (work) =>
      kysely.transaction().execute(async (trx) => {
        const tx = fromKysely(trx)
        await work(tx, async (text) => tx.query(text, []))
      }),
    'postgres.js': async (work) => sql.begin(async (tx) => work(fromPostgresJs(tx), async (text) => tx.unsafe(text))),
    Prisma: async (work) =>
      new PrismaOverPg(pool).$transaction(async (tx) =>
        work(fromPrisma(tx), async (text) => tx.$executeRawUnsafe(text)),
      ),
  }

  /** Everything that was sent before has been heard when this has. */
  async function notifications(): Promise<readonly unknown[]> {
    const mark = `mark ${heard.length}`
    await pool.query('SELECT pg_notify($1, $2)', [hintChannel(schema), mark])
    while (!heard.includes(mark)) await listener.query('SELECT 1')
    return heard.splice(0).filter((payload) => payload !== mark)
  }

  const effects = async (id: string): Promise<number> =>
    (await pool.query('SELECT 1 FROM effects WHERE id = $1', [id])).rows.length

  it('pg that stays open holds up the end of no other job, also when its handler has not waited for it', async () => {
    const commit = new Deferred()
    const ended: Promise<unknown>[] = []
    const slow = task('slow', {
      queue: 'slow',
      async run(_: string, { job }: HandlerContext<string, PgTx>): Promise<unknown> {
        const completed = new Deferred()
        const transaction = clients['pg']!(async (tx) => {
          await job.complete({ tx, result: 'in the end' })
          completed.resolve()
          await commit.promise
        })
        ended.push(transaction)
        return completed.promise
      },
    })
    const quick = task('quick', { queue: 'slow', run: (input: number) => input })
    const runner = createRota({ backend: postgres({ pool, schema }), tasks: [slow, quick] })
    const job = await runner.enqueue(slow, '')
    await runner.startWorker()
    while (ended.length === 0) await pool.query('SELECT 1')
    const others = await runner.enqueue([1, 2, 3].map((n) => quick.with(n)))
    expect(await Promise.all(others.map((other) => other.result()))).toEqual([1, 2, 3])
    expect((await job.get())?.state).toBe('running')
    commit.resolve()
    expect(await job.result()).toBe('in the end')
    await Promise.all(ended)
    await runner.close()
  })

  describe.each(Object.entries(clients))('%s', (name, transact) => {
    it('has its jobs when it is committed, and others hear of them then', async () => {
      await notifications()
      let ids: readonly string[] = []
      await transact(async (tx, execute) => {
        await execute(`INSERT INTO effects VALUES ('${name}')`)
        const one = await rota.enqueue(mail, { to: 'Zoë "$1" \\ \n', on: new Date(0) }, { tx, unique: name, delay: 5 })
        const many = await rota.enqueue([mail.with({ to: 'b', on: new Date(1) })], { tx })
        ids = [one.id, ...many.map(({ id }) => id)]
        expect(await rota.get(one)).toBeNull()
      })
      const jobs = await Promise.all(ids.map((id) => rota.get(id)))
      expect(jobs.map((job) => job?.payload)).toEqual([
        { to: 'Zoë "$1" \\ \n', on: new Date(0) },
        { to: 'b', on: new Date(1) },
      ])
      expect(await effects(name)).toBe(1)
      expect(await notifications()).not.toEqual([])
    })

    it('leaves nothing when it is rolled back, not even a notification', async () => {
      await notifications()
      const before = await rota.counts()
      let id = ''
      const end = transact(async (tx, execute) => {
        await execute(`INSERT INTO effects VALUES ('${name} rolled back')`)
        const job = await rota.enqueue(mail, { to: 'a', on: new Date(0) }, { tx, unique: `${name} rolled back` })
        id = job.id
        throw new Error('no, after all')
      })
      await expect(end).rejects.toThrow('no, after all')
      expect([await rota.get(id), await effects(`${name} rolled back`), await notifications()]).toEqual([null, 0, []])
      expect(await rota.counts()).toEqual(before)
      // Not even its key is held.
      const again = await rota.enqueue(mail, { to: 'a', on: new Date(0) }, { unique: `${name} rolled back` })
      expect(again.status).toBe('inserted')
    })

    it('completes a job together with what its handler writes', async () => {
      let tries = 0
      const effect = task('effect', {
        backoff: () => 1,
        queue: name.toLowerCase().replaceAll(/[^a-z]/g, '-'),
        async run(key: string, { job, log }: HandlerContext<string, PgTx>) {
          tries += 1
          log.info(`try ${tries}`)
          await transact(async (tx, execute) => {
            await execute(`INSERT INTO effects VALUES ('${key}')`)
            await job.complete({ tx, result: tries })
            if (tries === 1) throw new Error('no, after all')
          })
          return 'not this one'
        },
      })
      const runner = createRota({ backend: postgres({ pool, schema }), tasks: [effect] })
      const job = await runner.enqueue(effect, `${name} completed`)
      await runner.startWorker()
      expect(await job.result()).toBe(2)
      expect(await effects(`${name} completed`)).toBe(1)
      await runner.close()
      const details = await rota.details(job)
      expect(details?.logs.map(({ message }) => message)).toEqual(['try 1', 'try 2'])
    })
  })
})
