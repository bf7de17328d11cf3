import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Pgbouncer, pgbouncerProgram } from '../test/servers/pgbouncer.mjs'
import { runPostgresSuite } from './kit/postgres-suite.mjs'
import { withPostgres } from './kit/postgres-server.mjs'

/** Of the server; PgBouncer shares them between all clients. */
const CONNECTIONS = 60

/** Whether others can be heard is known when the store is open; the suite decides before what to leave out. */
const EXCEPT = ['hints reach other processes where they are said to be shared']

/** @type {import('./kit/proof.mjs').Proof} */
export const postgresPgbouncer = {
  claims: 'behind PgBouncer in transaction mode every promise of the port is kept, but that others are heard',
  takes: 'four minutes, a server and PgBouncer, which must be installed',
  options: {},

  async prove({ folder }) {
    if ((await pgbouncerProgram()) === null)
      throw new Error('expected PgBouncer on this machine, got none: apt-get install pgbouncer')
    const settings = ['max_connections=200', 'fsync=off']
    return withPostgres({ folder, settings }, async ({ url }) => {
      const home = join(folder, 'pgbouncer')
      mkdirSync(home)
      const pooler = new Pgbouncer()
      try {
        await pooler.start({ folder: home, url, connections: CONNECTIONS })
        return await runPostgresSuite({ url: pooler.url, folder, suites: ['conformance'], except: EXCEPT })
      } finally {
        await pooler.stop()
      }
    })
  },
}
