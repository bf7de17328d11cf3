/**
 * Keeps one PostgreSQL server for one run of tests, says where it is, and takes everything away when the run has ended, however it
 * ended.
 *
 * Run: node guard-postgres.mjs <kind> <folder> <pid of the run>. Writes <folder>/ready.json: { url } or { missing }.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresCluster, postgresPrograms } from './postgres-cluster.mjs'

/** How often the guard looks whether the run is still there. */
const LOOK_MS = 300

const SETTINGS = [
  'max_connections=200',
  // Tests lose no power.
  ...['fsync=off', 'full_page_writes=off', 'shared_buffers=64MB', 'log_min_messages=fatal'],
]

const [kind = 'embedded', folder = '', runner = '0'] = process.argv.slice(2)

/** @type {PostgresCluster | undefined} */
let cluster

try {
  const bin = postgresPrograms(/** @type {import('./postgres-cluster.mjs').Kind} */ (kind))
  if (bin === null) answer({ missing: `no PostgreSQL of kind "${kind}" is to be had here` })
  else {
    cluster = new PostgresCluster(folder, { bin, settings: SETTINGS })
    await cluster.start()
    answer({ url: cluster.url })
  }
} catch (error) {
  answer({ missing: error instanceof Error ? error.message : String(error) })
}
process.on('SIGTERM', () => void stop())
process.on('SIGINT', () => undefined)
setInterval(() => {
  if (!isAlive(Number(runner))) void stop()
}, LOOK_MS)

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

async function stop() {
  // Nothing here is worth keeping.
  await cluster?.stop('immediate')
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
