/**
 * The store in PostgreSQL.
 *
 * @module rota/postgres
 */
export { postgres } from './postgres-backend.js'
export type { PostgresOptions } from './options.js'
export type { PgClient, PgPool, PgQuery, PgQueryable, PgTx } from './client-types.js'
