/**
 * A PgBouncer of one's own in front of a PostgreSQL server.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { installBeside } from './debian-packages.mjs'
import { freePort, serverUser } from './postgres-cluster.mjs'

const PROGRAM = '/usr/sbin/pgbouncer'

const UP_WITHIN_MS = 60_000
const LOOK_MS = 50

/** Where the program is; null where it is not and cannot be installed. */
export async function pgbouncerProgram() {
  return existsSync(PROGRAM) || (await installBeside('pgbouncer')) ? PROGRAM : null
}

export class Pgbouncer {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process
  /** Where it is, from its start on. */
  url = ''

  /**
   * Starts one that shares its connections between transactions; resolves when it passes statements on.
   * @param {{ readonly folder: string, readonly url: string, readonly connections?: number }} given `folder`: for its settings; `url`: of the server; `connections`: so many to the server
   */
  async start({ folder, url, connections = 20 }) {
    const { hostname, port, username, pathname } = new URL(url)
    const own = await freePort()
    const settings = [
      '[databases]',
      `* = host=${hostname} port=${port} user=${username}`,
      '[pgbouncer]',
      ...['listen_addr = 127.0.0.1', `listen_port = ${own}`, 'unix_socket_dir =', 'auth_type = any'],
      ...['pool_mode = transaction', `default_pool_size = ${connections}`, 'max_client_conn = 500'],
    ]
    const file = join(folder, 'pgbouncer.ini')
    writeFileSync(file, `${settings.join('\n')}\n`)
    chmodSync(folder, 0o755)
    this.#process = spawn(PROGRAM, ['-q', file], { ...serverUser(), cwd: folder, stdio: 'ignore' })
    this.url = `postgres://${username}@127.0.0.1:${own}${pathname}`
    await this.#isUp()
  }

  async stop() {
    const running = this.#process
    if (running?.exitCode !== null || running.signalCode !== null) return
    const exited = once(running, 'exit')
    // At once: who is connected is cut off.
    running.kill('SIGTERM')
    await exited
  }

  async #isUp() {
    const { default: pg } = await import('pg')
    for (let waitedMs = 0; waitedMs < UP_WITHIN_MS; waitedMs += LOOK_MS) {
      const client = new pg.Client({ connectionString: this.url })
      try {
        await client.connect()
        await client.query('SELECT 1')
        return
      } catch {
        if (this.#process?.exitCode !== null) throw new Error('PgBouncer ended while it started')
        await sleep(LOOK_MS)
      } finally {
        await client.end().catch(() => undefined)
      }
    }
    throw new Error(`PgBouncer did not come up in ${UP_WITHIN_MS / 1000} s`)
  }
}
