import type pg from 'pg'

/** The type of a function that gives nothing; Prisma refuses to read such a column. */
const VOID_OID = 2278

/** What is used of Prisma's client, done with `pg`, as its adapter does it. Prisma itself weighs more than the rest of the house. */
export class PrismaOverPg {
  readonly #pool: pg.Pool

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  async $transaction<T>(work: (tx: PrismaTransaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    try {
      await client.query('BEGIN')
      const result = await work(new PrismaTransaction(client))
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    } finally {
      client.release()
    }
  }
}

class PrismaTransaction {
  readonly #client: pg.PoolClient

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  async $queryRawUnsafe<T>(query: string, ...values: unknown[]): Promise<T> {
    const { rows, fields } = await this.#client.query(query, values)
    const unread = fields.find(({ dataTypeID }) => dataTypeID === VOID_OID)
    if (unread !== undefined) throw new Error(`Failed to deserialize column of type 'void': ${unread.name}`)
    return rows as T
  }

  async $executeRawUnsafe(query: string, ...values: unknown[]): Promise<number> {
    return (await this.#client.query(query, values)).rowCount ?? 0
  }
}
