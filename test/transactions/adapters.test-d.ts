import type { SQL } from 'drizzle-orm'
import type { PgTransaction, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type { Kysely, Transaction } from 'kysely'
import type pg from 'pg'
import type { Sql, TransactionSql } from 'postgres'
import { test } from 'vitest'
import { fromDrizzle } from '../../examples/transactions/src/adapters/drizzle.js'
import { fromKysely } from '../../examples/transactions/src/adapters/kysely.js'
import { fromPostgresJs } from '../../examples/transactions/src/adapters/postgres-js.js'
import { fromPrisma } from '../../examples/transactions/src/adapters/prisma.js'
import type { Rota } from '../../src/app/rota.js'
import type { PgTx } from '../../src/backends/postgres/client-types.js'
import type { SqliteTx } from '../../src/backends/sqlite/client-types.js'
import { task } from '../../src/model/task-definition.js'

interface Database {
  readonly orders: { readonly id: number }
}

declare const onPg: Rota<PgTx>
declare const onSqlite: Rota<SqliteTx>
declare const byUrl: Rota
declare const client: pg.PoolClient
declare const drizzleTx: PgTransaction<PgQueryResultHKT, Record<string, never>, Record<string, never>>
declare const kyselyTx: Transaction<Database>
declare const kysely: Kysely<Database>
declare const postgresJsTx: TransactionSql
declare const postgresJs: Sql
declare const statement: SQL
declare const prismaTx: {
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): Promise<T>
  $executeRawUnsafe(query: string, ...values: unknown[]): Promise<number>
}
declare const sqliteTx: SqliteTx

const mail = task<{ to: string }>('mail')
const to = { to: 'a' }

test('a transaction of each client fits through its adapter', () => {
  void onPg.enqueue(mail, to, { tx: client })
  void onPg.enqueue(mail, to, { tx: fromDrizzle(drizzleTx) })
  void onPg.enqueue(mail, to, { tx: fromKysely(kyselyTx) })
  void onPg.enqueue(mail, to, { tx: fromPostgresJs(postgresJsTx) })
  void onPg.enqueue(mail, to, { tx: fromPrisma(prismaTx) })
  void onPg.enqueue([mail.with(to)], { tx: fromDrizzle(drizzleTx) })
})

test('a transaction of the wrong kind does not compile', () => {
  // @ts-expect-error -- its adapter is missing
  void onPg.enqueue(mail, to, { tx: drizzleTx })
  // @ts-expect-error -- its adapter is missing
  void onPg.enqueue(mail, to, { tx: kyselyTx })
  // @ts-expect-error -- its adapter is missing
  void onPg.enqueue(mail, to, { tx: postgresJsTx })
  // @ts-expect-error -- its adapter is missing
  void onPg.enqueue(mail, to, { tx: prismaTx })
  // @ts-expect-error -- a statement is no transaction
  void onPg.enqueue(mail, to, { tx: statement })
  // @ts-expect-error -- another store's
  void onPg.enqueue(mail, to, { tx: sqliteTx })
  // @ts-expect-error -- another store's
  void onSqlite.enqueue(mail, to, { tx: client })
  // @ts-expect-error -- a rota by URL takes none
  void byUrl.enqueue(mail, to, { tx: client })
  // @ts-expect-error -- the database outside of a transaction
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- and the linter sees it too
  fromKysely(kysely)
  // @ts-expect-error -- the pool of connections, and no transaction
  fromPostgresJs(postgresJs)
  // @ts-expect-error -- another client's transaction
  fromDrizzle(kyselyTx)
  // @ts-expect-error -- another client's transaction
  fromPrisma(client)
})
