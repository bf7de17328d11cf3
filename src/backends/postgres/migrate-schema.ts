import type { PgPool } from './client-types.js'
import { openPool } from './driver.js'
import { toRotaError } from './errors.js'
import { connect } from './lent-client.js'
import { migrate, migrationSql, readVersion, SCHEMA_VERSION } from './migrations/migrate.js'
import { type PostgresOptions, resolveOptions } from './options.js'

/** What to make of a schema. */
export interface MigrateOptions extends Pick<PostgresOptions, 'url' | 'pool' | 'schema'> {
  /** The version to go to, up or down; 0 removes the schema with everything in it. @defaultValue the one that this program knows */
  readonly to?: number
  /** Changes nothing, and only tells the statements. @defaultValue false */
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
}

/** A migration that was made, or that would be. */
export interface Migration {
  readonly from: number
  readonly to: number
  /** The statements, to be run in one transaction; empty when there is nothing to do. */
  readonly sql: string
}

/**
 * Brings a schema up to date, or to another version, as `open` does by itself unless it is told not to. Safe from several
 * processes at one time. A schema that a newer program has made is left as it is where this one can work with it, and else rejects with
 * `SCHEMA_NEWER`.
 */
export async function migratePostgres(options: MigrateOptions): Promise<Migration> {
  const { url, pool, schema } = resolveOptions(options)
  const { to = SCHEMA_VERSION, dryRun = false, signal = new AbortController().signal } = options
  if (!(Number.isInteger(to) && to >= 0 && to <= SCHEMA_VERSION)) {
    throw new TypeError(`migrate: to: expected a version from 0 to ${SCHEMA_VERSION}, got ${to}`)
  }
  const own: PgPool = pool ?? (await openPool(url ?? ''))
  try {
    const client = await connect(own, signal)
    try {
      const from = dryRun ? (await readVersion(client, schema)).version : await migrate(client, schema, to)
      return { from, to: from > SCHEMA_VERSION ? from : to, sql: migrationSql(schema, from, to) }
    } finally {
      client.release()
    }
  } catch (error) {
    throw toRotaError(error, `schema "${schema}"`)
  } finally {
    if (pool === null) await own.end()
  }
}
