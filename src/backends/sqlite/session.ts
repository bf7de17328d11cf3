import type { SqliteHandle, SqliteStatement, SqlValue } from './client-types.js'

/**
 * A statement with the types of its parameters and of its rows, so that a caller cannot mix them up.
 * Columns need distinct names: where the driver cannot give rows as arrays, they are made from objects.
 */
export interface Query<Params extends readonly SqlValue[] = [], Row extends readonly SqlValue[] = never> {
  readonly sql: string
  /** Never set; they only carry the types. */
  readonly params?: Params
  readonly row?: Row
}

const ROLLBACK: Query = { sql: 'ROLLBACK' }

interface Prepared {
  readonly statement: SqliteStatement
  readonly arrays: boolean
}

/** A database handle with the statements that were prepared on it. Holds the handle: a statement without it is a crash. */
export class Session {
  readonly handle: SqliteHandle
  readonly #prepared = new Map<object, Prepared>()

  constructor(handle: SqliteHandle) {
    this.handle = handle
  }

  exec(sql: string): void {
    this.handle.exec(sql)
  }

  /** Undoes the transaction that may be open. Never throws: what it follows is told already. */
  rollback(): void {
    try {
      this.run(ROLLBACK)
    } catch {
      // There is none: it never began, or SQLite has undone it by itself, as it does when the disk is full.
    }
  }

  /** Runs a statement that changes rows; how many it changed. */
  run<Params extends readonly SqlValue[]>(query: Query<Params>, ...params: Params): number {
    return Number(this.#prepare(query).statement.run(...params).changes)
  }

  /** The rows of a statement. */
  all<Params extends readonly SqlValue[], Row extends readonly SqlValue[]>(
    query: Query<Params, Row>,
    ...params: Params
  ): Row[] {
    const { statement, arrays } = this.#prepare(query)
    const rows = statement.all(...params)
    return (arrays ? rows : rows.map((row): unknown[] => Object.values(row as object))) as Row[]
  }

  /** The first row of a statement. */
  get<Params extends readonly SqlValue[], Row extends readonly SqlValue[]>(
    query: Query<Params, Row>,
    ...params: Params
  ): Row | undefined {
    return this.all(query, ...params)[0]
  }

  #prepare(query: Query<readonly SqlValue[], readonly SqlValue[]>): Prepared {
    const known = this.#prepared.get(query)
    if (known !== undefined) return known
    const statement = this.handle.prepare(query.sql)
    statement.setReadBigInts?.(false)
    statement.setReturnArrays?.(true)
    const prepared = { statement, arrays: statement.setReturnArrays !== undefined }
    this.#prepared.set(query, prepared)
    return prepared
  }
}

const sessions = new WeakMap<SqliteHandle, Session>()

/** The session of a user's handle: statements are prepared on it once, and go when the handle goes. */
export function sessionOf(handle: SqliteHandle): Session {
  let session = sessions.get(handle)
  if (session === undefined) sessions.set(handle, (session = new Session(handle)))
  return session
}
