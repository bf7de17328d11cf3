import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Actor, withActors } from './kit/actor.mjs'
import { withPostgres } from './kit/postgres-server.mjs'
import { finding } from './kit/proof.mjs'

const TERMINATE_WITHIN_MS = 15_000

/** Starting, the roll-up of what happened and the first look of maintenance have ended by then. */
const SETTLED_MS = 20_000

/** From the work order, for a worker and a scheduler together. */
const OTHERS_MAX = 6

/** Worker: one in 10 s; whoever leads: one in 3.3 s (law 9); one more may fall into the minute. */
const HEARTBEATS_MAX = 6 + 18 + 2

const HEARTBEAT = '.beat('

/** @typedef {{ readonly query: string, readonly calls: number }} Statement */

/** @type {import('./kit/proof.mjs').Proof} */
export const postgresIdle = {
  claims: `an idle worker and scheduler ask PostgreSQL at most ${OTHERS_MAX} times a minute, heartbeats aside`,
  takes: 'two and a half minutes, one process and a server',
  options: { minutes: { default: 2, says: 'minutes that are counted' } },

  async prove({ numbers: { minutes = 0 }, folder, say }) {
    const settings = ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track=top']
    const { statements, sessions } = await withPostgres({ folder, settings }, async ({ url }) => {
      const idler = new Actor('../actors/idler.mjs', { url })
      return withActors([idler], async () => {
        await idler.start()
        await sleep(SETTLED_MS)
        say(`counting for ${minutes} minutes`)
        const found = await count(url, minutes * 60_000)
        await idler.terminate(TERMINATE_WITHIN_MS)
        return found
      })
    })
    const perMinute = (/** @type {readonly Statement[]} */ some) =>
      some.reduce((sum, { calls }) => sum + calls, 0) / minutes
    const heartbeats = perMinute(statements.filter(({ query }) => query.includes(HEARTBEAT)))
    const others = perMinute(statements.filter(({ query }) => !query.includes(HEARTBEAT)))
    return {
      figures: {
        'in a minute': `${heartbeats} heartbeats, ${others} others`,
        'new connections': `${sessions / minutes} in a minute`,
        ...Object.fromEntries(
          statements.map(({ query, calls }, at) => [`${at + 1}. ${calls} in all`, query.replaceAll(/\s+/g, ' ')]),
        ),
      },
      findings: [
        finding('heartbeats were counted', heartbeats > 0, heartbeats),
        finding(`at most ${HEARTBEATS_MAX} heartbeats a minute`, heartbeats <= HEARTBEATS_MAX, heartbeats),
        finding(`at most ${OTHERS_MAX} other queries a minute`, others <= OTHERS_MAX, others),
      ],
    }
  },
}

/**
 * What is asked of a server meanwhile, by everybody else.
 * @param {string} url
 * @param {number} lengthMs
 */
async function count(url, lengthMs) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('CREATE EXTENSION pg_stat_statements')
    const sessions = async () => {
      const { rows } = await client.query("SELECT sessions::int FROM pg_stat_database WHERE datname = 'postgres'")
      return /** @type {{ sessions: number }[]} */ (rows)[0]?.sessions ?? 0
    }
    const before = await sessions()
    await client.query('SELECT pg_stat_statements_reset()')
    await sleep(lengthMs)
    const { rows } = await client.query(
      `SELECT query, calls::int FROM pg_stat_statements WHERE query !~ 'pg_stat_' ORDER BY calls DESC, query`,
    )
    return { statements: /** @type {Statement[]} */ (rows), sessions: (await sessions()) - before }
  } finally {
    await client.end()
  }
}
