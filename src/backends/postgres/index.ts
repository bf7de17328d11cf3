/**
 * The store in PostgreSQL.
 *
 * @module rota/postgres
 */
export { postgres } from './postgres-backend.js'
export type { PostgresOptions } from './options.js'
export type { PgClient, PgListener, PgPool, PgQuery, PgQueryable, PgSideClient, PgTx } from './client-types.js'
export { migratePostgres } from './migrate-schema.js'
export type { MigrateOptions, Migration } from './migrate-schema.js'
