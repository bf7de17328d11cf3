import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, tail } from './kit/command.mjs'
import { finding, none } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')
const WITHIN_MS = 900_000

/** Both are among the files of `npm test`, which says the same of each of its Nodes. */
const FILES = {
  'embedded (npm)': 'src/backends/postgres/conformance.test.ts',
  'of the system (Debian)': 'src/backends/postgres/older-server.test.ts',
}

/** Each server plays the random lives that the other one does not. */
const SHARED = /^400 calls drawn with seed \d+ answer as the model does$/

/** Of stores that PostgreSQL is not: transports that call us, and stores without transactions. */
const OTHERS = /> Law 12: a message goes back to its transport|> a store without transactions refuses one$/

/** @typedef {{ readonly title: string, readonly ancestorTitles: readonly string[], readonly status: string }} Case */
/** @typedef {{ readonly name: string, readonly assertionResults: readonly Case[] }} Suite */

/** @type {import('./kit/proof.mjs').Proof} */
export const postgresConformance = {
  claims: 'PostgreSQL keeps every promise of the port, on the server that comes with npm and on the one of the system',
  takes: 'three to seven minutes, two servers; as root of a Debian without PostgreSQL it installs one',
  options: {},

  async prove({ folder }) {
    const report = join(folder, 'report.json')
    const vitest = join('node_modules', 'vitest', 'vitest.mjs')
    // In this mode a server that is missing is a failure, and not a reason to skip.
    const env = { ...process.env, CI: 'true' }
    const args = [vitest, 'run', ...Object.values(FILES), '--reporter=json', `--outputFile=${report}`]
    const { code, output, seconds } = await runCommand(process.execPath, args, { cwd: root, env, withinMs: WITHIN_MS })
    const { testResults } = /** @type {{ testResults: readonly Suite[] }} */ (JSON.parse(readFileSync(report, 'utf8')))
    const casesOf = (/** @type {string} */ file) =>
      testResults.find(({ name }) => name.endsWith(file))?.assertionResults ?? []
    const servers = Object.entries(FILES).map(([server, file]) => ({ server, cases: casesOf(file) }))
    const names = servers.map(({ cases }) => new Set(cases.map(caseName)))
    return {
      figures: {
        took: `${seconds.toFixed(0)} s`,
        ...Object.fromEntries(servers.map(({ server, cases }) => [server, counted(cases)])),
      },
      findings: [
        finding('vitest ends with 0', code === 0, code === 0 ? 0 : tail(output)),
        ...servers.flatMap(({ server, cases }) => [
          finding(`${server}: cases passed`, cases.some(isPassed), cases.filter(isPassed).length),
          none(`${server}: cases that failed`, cases.filter(({ status }) => status === 'failed').map(caseName)),
          none(
            `${server}: cases left out, but for lives that the other server plays and cases of other sorts of stores`,
            leftOut(cases),
          ),
        ]),
        none('cases that one of them does not have', [...names.flatMap((some, at) => missing(some, names[1 - at]))]),
        none('random lives that neither plays', unplayed(servers.map(({ cases }) => cases))),
      ],
    }
  },
}

/** @param {Case} one */
function caseName({ ancestorTitles, title }) {
  // The outermost title names the server.
  return [...ancestorTitles.slice(1), title].join(' > ')
}

/** @param {Case} one */
function isPassed({ status }) {
  return status === 'passed'
}

/** @param {readonly Case[]} cases */
function counted(cases) {
  return `${cases.filter(isPassed).length} passed, ${cases.length - cases.filter(isPassed).length} not`
}

/** @param {readonly Case[]} cases */
function leftOut(cases) {
  const skipped = cases.filter(({ status, title }) => status !== 'passed' && status !== 'failed' && !SHARED.test(title))
  return skipped.map(caseName).filter((name) => !OTHERS.test(name))
}

/**
 * @param {ReadonlySet<string>} some
 * @param {ReadonlySet<string> | undefined} others
 */
function missing(some, others) {
  return [...some].filter((name) => others?.has(name) !== true)
}

/** @param {readonly (readonly Case[])[]} all */
function unplayed(all) {
  const played = new Set(all.flatMap((cases) => cases.filter(isPassed).map(({ title }) => title)))
  return [...new Set(all.flat().map(({ title }) => title))].filter((title) => SHARED.test(title) && !played.has(title))
}
