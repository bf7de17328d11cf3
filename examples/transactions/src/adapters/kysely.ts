import { CompiledQuery, type Transaction } from 'kysely'
import type { PgTx } from 'rota/postgres'

/** A transaction of Kysely, as rota takes it. */
export function fromKysely<Database>(trx: Transaction<Database>): PgTx {
  return { query: (text, values) => trx.executeQuery(CompiledQuery.raw(text, values)) }
}
