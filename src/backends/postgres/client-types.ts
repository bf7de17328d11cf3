import type { DurationMs } from '../../model/units.js'

/** One statement as `pg` takes it. */
export interface PgQuery {
  readonly text: string
  readonly values?: readonly unknown[]
  readonly rowMode?: 'array'
  readonly types?: { getTypeParser(oid: number, format?: string): (value: string) => unknown }
}

/** Whatever runs statements one after the other: a `Client` or `PoolClient` of `pg`. */
export interface PgQueryable {
  query(query: PgQuery): Promise<{ readonly rows: unknown[] }>
}

/**
 * A client of the user's on which a transaction has been begun: what is enqueued or settled through it happens when that
 * transaction is committed, and not at all when it is rolled back.
 */
export interface PgTx {
  query(text: string, values: unknown[]): Promise<{ readonly rows: unknown[] }>
}

/** A connection that a pool has lent. */
export interface PgClient extends PgQueryable {
  release(destroy?: boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
  on(
    event: 'notification',
    listener: (message: { readonly channel: string; readonly payload?: string }) => void,
  ): unknown
  on(event: 'end', listener: () => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
}

/** The few methods of a `Pool` of `pg` that are called. */
export interface PgPool {
  readonly options?: { readonly max?: number | undefined } | undefined
  connect(): Promise<PgClient>
  end(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
}

/** What of `pg` is used to make a pool. */
export interface PgModule {
  readonly Pool: new (config: {
    readonly connectionString: string
    readonly max: number
    readonly connectionTimeoutMillis: DurationMs
    readonly keepAlive: boolean
    readonly keepAliveInitialDelayMillis: DurationMs
    readonly application_name: string
  }) => PgPool
}
