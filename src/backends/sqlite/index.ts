/**
 * The store in one SQLite file.
 *
 * @module rota/sqlite
 */
export { sqlite } from './sqlite-backend.js'
export type { SqliteHandle, SqliteStatement, SqliteTx, SqlValue } from './client-types.js'
export type { SqliteOptions } from './options.js'
