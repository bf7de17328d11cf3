import type { DurationMs } from '../../model/units.js'

/** One statement as `pg` takes it. */
export interface PgQuery {
  readonly text: string
  /** The server keeps the statement under this name, for as long as the connection lives. */
  readonly name?: string | undefined
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

/** Told an error, or a notification as `{ channel, payload }`, or nothing. */
export type PgListener = (given?: unknown) => void

/** A connection that a pool has lent. */
export interface PgClient extends PgQueryable {
  release(destroy?: boolean): void
  on(event: 'error' | 'end' | 'notification', listener: PgListener): unknown
  removeListener(event: string, listener: PgListener): unknown
}

/** A connection beside a pool, for one question. */
export interface PgSideClient extends PgQueryable {
  connect(): Promise<unknown>
  end(): Promise<void>
  on(event: 'error', listener: PgListener): unknown
}

/** The few methods of a `Pool` of `pg` that are called. */
export interface PgPool {
  readonly options?: { readonly max?: number | undefined } | undefined
  /** What the pool makes its connections of. Left out: the pool is asked for one more, which it may not have. */
  readonly Client?: (new (options?: never) => PgSideClient) | undefined
  connect(): Promise<PgClient>
  end(): Promise<void>
  on(event: 'error' | 'connect', listener: PgListener): unknown
  removeListener(event: string, listener: PgListener): unknown
}

/** What of `pg` is used to make a pool. */
export interface PgModule {
  readonly Pool: new (config: {
    readonly connectionString: string
    readonly max: number
    readonly min: number
    readonly idleTimeoutMillis: DurationMs
    readonly connectionTimeoutMillis: DurationMs
    readonly allowExitOnIdle: boolean
    readonly keepAlive: boolean
    readonly keepAliveInitialDelayMillis: DurationMs
    readonly application_name: string
  }) => PgPool
}
