import type { ParameterOrJSON, TransactionSql } from 'postgres'
import type { PgTx } from 'rota/postgres'

/** A transaction of postgres.js, as rota takes it. */
export function fromPostgresJs(sql: TransactionSql): PgTx {
  return {
    query: async (text, values) => ({ rows: await sql.unsafe(text, values as ParameterOrJSON<never>[]) }),
  }
}
