import { plan } from './plan-postgres.mjs'
import { startPostgres } from './postgres-server.mjs'
import { judgeTargets } from './targets-postgres.mjs'

/** @type {import('./report.mjs').Store} */
export const postgres = {
  name: 'postgres',
  plan,
  judge: judgeTargets,
  columns: ['rota', 'floor', 'graphile', 'graphile-best', 'pg-boss'],
  ratios: ['floor', 'graphile', 'graphile-best', 'pg-boss'],
  strongest: {
    entry: 'process-100k',
    subject: 'floor-fused',
    says: 'The floor claims and completes in two commits. In one statement it processes',
  },
  marks: ['<!-- bench postgres: begin; written by `npm run bench -- postgres` -->', '<!-- bench postgres: end -->'],
  resultsFile: 'results-postgres.json',

  async start(folder) {
    const server = await startPostgres(folder)
    return { facts: server.facts, places: placesOn(server) }
  },
}

/** The same store under two settings. */
const FILLED_AS = new Map([
  ['floor-fused', 'floor'],
  ['graphile-best', 'graphile'],
])

/**
 * A database for each measurement. One with a backlog is filled once and copied for each round.
 * @param {import('./postgres-server.mjs').PostgresServer} server
 * @returns {import('./rounds.mjs').Places}
 */
function placesOn(server) {
  const filled = new Set()
  const placeOf = (/** @type {string} */ database) => ({ url: server.urlOf(database), serverPid: server.pid })
  return {
    async make(subject, backlog, fill) {
      if (backlog === undefined) {
        await server.query('CREATE DATABASE fresh')
      } else {
        const template = `"${FILLED_AS.get(subject) ?? subject}-${backlog.jobs}-${backlog.delayed ?? 0}"`
        const database = template.slice(1, -1)
        if (!filled.has(template)) {
          await server.query(`CREATE DATABASE ${template}`)
          await fill(placeOf(database))
          filled.add(template)
        }
        await server.query(`CREATE DATABASE fresh TEMPLATE ${template} STRATEGY FILE_COPY`)
      }
      // What was written to make it is no part of the measurement.
      await server.query('CHECKPOINT')
      return placeOf('fresh')
    },
    remove: async () => {
      await server.query('DROP DATABASE fresh WITH (FORCE)')
    },
    close: () => server.stop(),
  }
}
