import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { runCommand, tail } from './kit/command.mjs'
import { withPostgres } from './kit/postgres-server.mjs'
import { finding, none } from './kit/proof.mjs'

const root = join(import.meta.dirname, '..')
const EXAMPLE = join('examples', 'transactions')
const TESTS = join('test', 'transactions', 'adapters.test.ts')
const TYPE_TESTS = join(root, 'test', 'transactions', 'adapters.test-d.ts')

/** What the example prints when each order and its job are in one commit, or neither is. */
const PRINTS = [
  'orderWithDrizzle: there is one globe only',
  'orderWithKysely: there is one globe only',
  'before the worker starts: 2 orders, 2 jobs, 0 parcels',
  'shipped: a globe, in parcel 1',
  'shipped: an atlas, in parcel 2',
  'in the end: 2 orders, 2 jobs, 2 parcels',
]

/** @typedef {{ readonly fullName: string, readonly status: string }} Case */

/** @type {import('./kit/proof.mjs').Proof} */
export const postgresTransactionalEnqueue = {
  claims:
    'a job enqueued in a transaction of Drizzle or Kysely is there with the commit and not without it, and no other kind of transaction compiles',
  takes: 'half a minute, two processes and a server',
  options: {},

  async prove({ folder }) {
    const built = await node(['node_modules/typescript/bin/tsc', '-p', EXAMPLE])
    const { example, cases } = await withPostgres({ folder }, async ({ url }) => ({
      example: await node([join(EXAMPLE, 'dist', 'main.js')], { DATABASE_URL: url }),
      cases: await runTests(join(folder, 'report.json'), url),
    }))
    const { marks, complaints } = compileTypeTests()
    const printed = example.output.split('\n').filter((line) => line !== '')
    return {
      figures: {
        'the example prints': `\n${example.output.trimEnd()}`,
        tests: cases.map(({ fullName, status }) => `\n    ${status}: ${fullName}`).join(''),
      },
      findings: [
        finding('the example compiles', built.code === 0, built.code === 0 ? 'yes' : tail(built.output)),
        finding('it runs', example.code === 0, example.code === 0 ? 'exit 0' : tail(example.output)),
        finding(
          'two orders with their jobs, two rolled back with theirs',
          printed.join() === PRINTS.join(),
          printed.length,
        ),
        ...['drizzle', 'kysely'].map((name) => rolledBack(name, cases)),
        none(
          'tests that did not pass',
          cases.filter(({ status }) => status !== 'passed'),
        ),
        finding('transactions of the wrong kind are refused', marks > 0 && complaints.length === 0, `${marks} kinds`),
        none('complaints of the compiler about the others', complaints),
      ],
    }
  },
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
function node(args, env = {}) {
  return runCommand(process.execPath, args, { cwd: root, env: { ...process.env, ...env } })
}

/**
 * The tests of the adapters, against the real packages.
 * @param {string} report
 * @param {string} url
 * @returns {Promise<Case[]>}
 */
async function runTests(report, url) {
  const args = ['node_modules/vitest/vitest.mjs', 'run', TESTS, '--reporter=json', `--outputFile=${report}`]
  await node(args, { ROTA_TEST_POSTGRES_URL: url })
  const { testResults } = /** @type {{ testResults: { assertionResults: Case[] }[] }} */ (
    JSON.parse(readFileSync(report, 'utf8'))
  )
  return testResults.flatMap(({ assertionResults }) => assertionResults)
}

/**
 * @param {string} name
 * @param {readonly Case[]} cases
 */
function rolledBack(name, cases) {
  const about = cases.filter(
    ({ fullName }) => fullName.toLowerCase().includes(name) && fullName.includes('rolled back'),
  )
  const holds = about.length > 0 && about.every(({ status }) => status === 'passed')
  return finding(`a rollback of ${name} leaves nothing`, holds, `${about.length} tests`)
}

/** Each line that must not compile is marked, and a mark without a mistake is one itself. */
function compileTypeTests() {
  const { config } = /** @type {{ config: object }} */ (
    ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path))
  )
  const { tsBuildInfoFile: _, ...options } = ts.parseJsonConfigFileContent(config, ts.sys, root).options
  const program = ts.createProgram([TYPE_TESTS], { ...options, incremental: false })
  const source = program.getSourceFile(TYPE_TESTS)
  const complaints = ts
    .getPreEmitDiagnostics(program, source)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
  return { marks: source?.text.match(/@ts-expect-error/g)?.length ?? 0, complaints }
}
