import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, tail } from './kit/command.mjs'
import { withPostgres } from './kit/postgres-server.mjs'
import { finding } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')
const page = join(root, '.rota', 'weather.html')

/** What the walk through one year ends with, whatever store it is on. */
const ENDS = [
  /^\s+failed round-1:postcard:\d{4}-06: the postcard of \d{4}-06 came back$/m,
  / jobs completed, 1 failed, /,
]

/** @type {import('./kit/proof.mjs').Proof} */
export const postgresStart = {
  claims: 'ROTA_URL=postgres://... npm start runs the example of the first step unchanged, on a fresh database',
  takes: 'two minutes, two processes and a server',
  options: {},

  async prove({ folder, say }) {
    const onFile = await start({})
    say(`on a SQLite file: exit ${onFile.code} in ${onFile.seconds.toFixed(0)} s`)
    copyFileSync(page, join(folder, 'sqlite.html'))
    const onServer = await withPostgres({ folder }, ({ url }) => start({ ROTA_URL: url }))
    say(`on PostgreSQL: exit ${onServer.code} in ${onServer.seconds.toFixed(0)} s`)
    copyFileSync(page, join(folder, 'postgres.html'))
    const read = (/** @type {string} */ name) => readFileSync(join(folder, name), 'utf8')
    return {
      figures: {
        'on a SQLite file': `${onFile.seconds.toFixed(1)} s, building included`,
        'on PostgreSQL': `${onServer.seconds.toFixed(1)} s, building included`,
        'its last lines': `\n${tail(onServer.output, 4)}`,
      },
      findings: [
        finding('npm start -- --once ends with 0 on a SQLite file', onFile.code === 0, describe(onFile)),
        finding('npm start -- --once ends with 0 on PostgreSQL', onServer.code === 0, describe(onServer)),
        ...ENDS.map((end) => finding(`it prints ${end.source}`, end.test(onServer.output), describe(onServer))),
        finding(
          'both write the same report',
          read('sqlite.html') === read('postgres.html'),
          read('postgres.html').length,
        ),
        finding('no address of the database is printed', !onServer.output.includes('postgres://'), 'looked for'),
      ],
    }
  },
}

/** @param {NodeJS.ProcessEnv} more */
function start(more) {
  const { ROTA_URL: _, ...env } = process.env
  return runCommand('npm', ['start', '--', '--once'], { cwd: root, env: { ...env, ...more }, withinMs: 300_000 })
}

/** @param {import('./kit/command.mjs').Ended} ended */
function describe({ code, output }) {
  return code === 0 ? 'exit 0' : `exit ${code}: ${tail(output)}`
}
