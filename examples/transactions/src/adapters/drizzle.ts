import { sql, type SQL } from 'drizzle-orm'
import type { PgTx } from 'rota/postgres'

/** A transaction of Drizzle on `pg` or postgres.js, as rota takes it. */
export function fromDrizzle(tx: { execute(query: SQL): PromiseLike<unknown> }): PgTx {
  return {
    async query(text, values) {
      // Drizzle numbers its parameters itself: text and values are given in turns.
      const parts = text
        .split(/\$(\d+)/)
        .map((part, at) => (at % 2 === 0 ? sql.raw(part) : sql.param(values[+part - 1])))
      const result = (await tx.execute(sql.join(parts))) as unknown[] | { readonly rows: unknown[] }
      return { rows: Array.isArray(result) ? result : result.rows }
    },
  }
}
