import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, tail } from './command.mjs'
import { finding, none } from './proof.mjs'

const root = join(import.meta.dirname, '..', '..')
const WITHIN_MS = 900_000

/** @typedef {{ readonly fullName: string, readonly status: string }} Case */

/**
 * Runs the tests of the PostgreSQL store on a server, and gives what to find and to print.
 * @param {{ readonly url: string, readonly folder: string, readonly suites: readonly string[], readonly except?: readonly string[] }} given `except`: ends of the names of cases that cannot hold there
 * @returns {Promise<import('./proof.mjs').Verdict>}
 */
export async function runPostgresSuite({ url, folder, suites, except = [] }) {
  const report = join(folder, 'report.json')
  const files = suites.map((name) => `src/backends/postgres/${name}.test.ts`)
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'run', ...files, '--reporter=json', `--outputFile=${report}`]
  const env = { ...process.env, ROTA_TEST_POSTGRES_URL: url }
  const { output, seconds } = await runCommand(process.execPath, args, { cwd: root, env, withinMs: WITHIN_MS })
  const cases = readCases(report, output)
  const failed = cases.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  const isExcepted = (/** @type {string} */ name) => except.some((end) => name.endsWith(end))
  const passed = cases.filter(({ status }) => status === 'passed').length
  return {
    figures: {
      took: `${seconds.toFixed(0)} s`,
      cases: `${passed} passed, ${failed.length} failed, ${cases.length - passed - failed.length} left out`,
    },
    findings: [
      finding('hundreds of cases passed', passed >= 300, passed),
      none(
        'cases that failed',
        failed.filter((name) => !isExcepted(name)),
      ),
    ],
  }
}

/**
 * @param {string} file
 * @param {string} output
 * @returns {readonly Case[]}
 */
function readCases(file, output) {
  try {
    const { testResults } = /** @type {{ testResults: readonly { readonly assertionResults: readonly Case[] }[] }} */ (
      JSON.parse(readFileSync(file, 'utf8'))
    )
    return testResults.flatMap(({ assertionResults }) => assertionResults)
  } catch (cause) {
    throw new Error(`vitest wrote no report: ${tail(output)}`, { cause })
  }
}
