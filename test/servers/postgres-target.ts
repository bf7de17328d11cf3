import pg from 'pg'
import type { PgClient, PgListener, PgPool, PgQuery, PgTx } from '../../src/backends/postgres/client-types.js'
import { migrate } from '../../src/backends/postgres/migrations/migrate.js'
import { postgres } from '../../src/backends/postgres/postgres-backend.js'
import { postgresServer, type ServerKind } from './postgres.js'
import type { ConformanceTarget, DriverFaults, MovableClock } from '../../src/testing/conformance/target.js'

/** Where the clock of a store under test begins. */
const START_MS = Date.UTC(2025, 0, 1)

/**
 * Stores for tests on one server, each in a schema of its own. A schema is emptied and used again, because making one takes as long
 * as twenty calls. Its clock stands still until it is moved: the one function that reads the clock is replaced by one that reads a
 * table, and nothing in the store knows.
 */
export class TestSchemas {
  readonly pool: pg.Pool
  readonly #prefix: string
  readonly #free: string[] = []
  #made = 0

  constructor(url: string, name: string) {
    this.pool = new pg.Pool({ connectionString: url, max: 60 })
    this.pool.on('error', () => undefined)
    // Each of the many stores on it listens for its errors.
    this.pool.setMaxListeners(0)
    this.#prefix = `Rota's "${name}" ${process.pid}-`
  }

  /** An empty schema that is up to date and whose clock stands still. */
  async take(): Promise<string> {
    const schema = this.#free.pop() ?? (await this.#make())
    await this.setClock(schema, START_MS)
    return schema
  }

  /** Empties a schema for the next one. */
  async giveBack(schema: string): Promise<void> {
    const { rows } = await this.pool.query<{ name: string }>(
      `SELECT quote_ident(relname) AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'
        AND relname NOT IN ('meta', 'test_clock', 'clock', 'settings', 'event_ends')`,
      [quoted(schema)],
    )
    const s = quoted(schema)
    await this.pool.query(
      `${rows.map(({ name }) => `DELETE FROM ${s}.${name}`).join(';')};
       UPDATE ${s}.clock SET at = 0, swept = 0; UPDATE ${s}.settings SET revision = 0, schedules = 0;
       UPDATE ${s}.event_ends SET first = 1, next = 1`,
    )
    this.#free.push(schema)
  }

  async setClock(schema: string, now: number): Promise<void> {
    await this.pool.query(`UPDATE ${quoted(schema)}.test_clock SET at = ${now}`)
  }

  async end(): Promise<void> {
    for (const schema of this.#free) await this.pool.query(`DROP SCHEMA ${quoted(schema)} CASCADE`)
    await this.pool.end()
  }

  async #make(): Promise<string> {
    this.#made += 1
    const schema = `${this.#prefix}${this.#made}`
    const client = await this.pool.connect()
    try {
      await migrate(client, schema)
      const s = quoted(schema)
      await client.query(
        `CREATE TABLE ${s}.test_clock(at bigint NOT NULL); INSERT INTO ${s}.test_clock VALUES (0);
         CREATE OR REPLACE FUNCTION ${s}.clock_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$ SELECT at FROM ${s}.test_clock $$`,
      )
    } finally {
      client.release()
    }
    return schema
  }
}

/** How many random lives the suite has; each takes as long as a hundred other cases. */
const SEEDS = 16

/**
 * The random lives that are played on the other server: they find mistakes of the store, not of a server, so each server of two
 * plays half of them.
 */
export async function seedsFor(
  kind: ServerKind,
): Promise<readonly { readonly test: string; readonly reason: string }[]> {
  const other = kind === 'embedded' ? 'debian' : 'embedded'
  if ((await postgresServer(other)) === null) return []
  const first = kind === 'embedded' ? SEEDS / 2 : 0
  return Array.from({ length: SEEDS / 2 }, (_, at) => ({
    test: `400 calls drawn with seed ${first + at} answer as the model does`,
    reason: `it is played on the other server (${other})`,
  }))
}

/** A store of its own for each case of the conformance suite. */
export async function postgresTarget(schemas: TestSchemas): Promise<ConformanceTarget<PgTx>> {
  const schema = await schemas.take()
  const shared = schemas.pool as unknown as PgPool
  const driver = new FaultyPool(shared)
  return {
    backend: postgres({ pool: driver, schema }),
    clock: clockOf(schemas, schema),
    faults: driver,
    second: async () => postgres({ pool: shared, schema }),
    async beginTx() {
      const tx = await schemas.pool.connect()
      await tx.query('BEGIN')
      const end = (how: string) => async (): Promise<void> => {
        await tx.query(how)
        tx.release()
      }
      return { tx, commit: end('COMMIT'), rollback: end('ROLLBACK') }
    },
    destroy: async () => schemas.giveBack(schema),
  }
}

function clockOf(schemas: TestSchemas, schema: string): MovableClock {
  let now = START_MS
  const move = async (by: number): Promise<void> => {
    now += by
    await schemas.setClock(schema, now)
  }
  return { now: () => now, advance: move, jump: move }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

type Fault = Parameters<DriverFaults['arm']>[0]

/** Makes the N-th call of a pool or of a connection that it lent go wrong: before or after its work, or never to be answered. */
class FaultyPool implements PgPool, DriverFaults {
  readonly modes = ['before', 'after', 'hang'] as const
  readonly #pool: PgPool
  #fault: Fault | undefined
  #calls = 0

  constructor(pool: PgPool) {
    this.#pool = pool
  }

  arm(fault: Fault): void {
    this.#fault = fault
    this.#calls = 0
  }

  disarm(): void {
    this.#fault = undefined
  }

  async connect(): Promise<PgClient> {
    const client = await this.#meet(
      async () => this.#pool.connect(),
      (unused) => unused.release(),
    )
    return new Proxy(client, {
      get: (target, key) => {
        if (key === 'query') return async (query: PgQuery) => this.#meet(async () => target.query(query))
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }

  async end(): Promise<void> {
    await this.#pool.end()
  }

  on(event: 'error', listener: PgListener): unknown {
    return this.#pool.on(event, listener)
  }

  removeListener(event: string, listener: PgListener): unknown {
    return this.#pool.removeListener(event, listener)
  }

  async #meet<Result>(call: () => Promise<Result>, undo: (result: Result) => void = () => undefined): Promise<Result> {
    const fault = this.#fault
    this.#calls += 1
    if (fault?.nth !== this.#calls) return call()
    if (fault.mode === 'after') undo(await call())
    fault.onHit()
    if (fault.mode === 'hang') return new Promise(() => undefined)
    throw Object.assign(new Error('injected: the connection was reset'), { code: 'ECONNRESET' })
  }
}
