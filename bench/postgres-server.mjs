/**
 * A PostgreSQL server of its own for the measurements, in a folder on the disk that is measured: the one that npm brings, with its
 * settings as they come. So every commit is synced before it is acknowledged.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { PostgresCluster, postgresPrograms } from '../test/servers/postgres-cluster.mjs'

/** Settings that a reader has to know; none of them is changed here. */
const SHOWN = ['fsync', 'synchronous_commit', 'full_page_writes', 'wal_level', 'shared_buffers', 'max_wal_size', 'jit']

/**
 * @typedef {object} PostgresServer
 * @property {number} pid
 * @property {(database: string) => string} urlOf
 * @property {Record<string, string>} facts
 * @property {(sql: string) => Promise<Record<string, unknown>[]>} query as its owner, in the database `postgres`
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} folder its user must be able to reach it: the server refuses to run as root
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres(folder) {
  const bin = postgresPrograms('embedded')
  if (bin === null) throw new Error('expected the PostgreSQL that comes with npm, got none: run `npm ci` at the root')
  const home = join(folder, 'postgres')
  const cluster = new PostgresCluster(home, { bin, settings: ['log_min_messages=fatal'] })
  const urlOf = (/** @type {string} */ database) => new URL(database, cluster.url).href
  const query = (/** @type {string} */ sql) => queryOnce(cluster.url, sql)
  const stop = async () => {
    await cluster.stop('fast')
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await cluster.start()
    return { pid: cluster.pid ?? 0, urlOf, query, stop, facts: await factsOf(query) }
  } catch (error) {
    await stop()
    throw error
  }
}

/** @param {(sql: string) => Promise<Record<string, unknown>[]>} query */
async function factsOf(query) {
  const [version] = await query('SHOW server_version')
  const named = SHOWN.map((name) => `'${name}'`).join(', ')
  const rows = await query(`SELECT name, current_setting(name) AS value FROM pg_settings WHERE name IN (${named})`)
  const settings = rows.map(({ name, value }) => `${String(name)}=${String(value)}`)
  return { server: `PostgreSQL ${String(version?.['server_version'])}, as it comes: ${settings.sort().join(', ')}` }
}

/**
 * @param {string} url
 * @param {string} sql
 */
async function queryOnce(url, sql) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(sql)
    return rows
  } finally {
    await client.end()
  }
}
