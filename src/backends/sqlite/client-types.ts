/** What SQLite can store. */
export type SqlValue = string | number | bigint | null | Uint8Array

/** The few methods of a prepared statement that are called. */
export interface SqliteStatement {
  run(...params: SqlValue[]): { readonly changes: number | bigint }
  all(...params: SqlValue[]): unknown[]
  /** Rows as arrays: a third cheaper than objects. Missing before Node 22.16. */
  setReturnArrays?(enabled: boolean): void
  setReadBigInts?(enabled: boolean): void
}

/** The few methods of a database handle that are called: `DatabaseSync` of `node:sqlite` and of `@photostructure/sqlite` both fit. */
export interface SqliteHandle {
  exec(sql: string): void
  prepare(sql: string): SqliteStatement
  /** Whether a transaction is open; missing before Node 22.16. */
  readonly isTransaction?: boolean
}

/**
 * A connection of the user's to the same file, on which a transaction has been begun: what is enqueued or settled through it
 * happens when that transaction is committed, and not at all when it is rolled back.
 */
export type SqliteTx = SqliteHandle

/** A handle that was opened here and is closed here. */
export interface SqliteDatabase extends SqliteHandle {
  close(): void
}

/** The constructor that both drivers export. */
export type SqliteDriver = new (file: string, options?: { readonly timeout?: number }) => SqliteDatabase
