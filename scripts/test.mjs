/**
 * Runs every test on this Node and again on the other supported major, and prints as its last line what both came to.
 * Arguments go to vitest: `npm test -- src/time`. Run: `npm test`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { installNode, otherMajor } from './other-node.mjs'
import { closingLines, emptyTally, sum } from './tally.mjs'

/** @typedef {import('./tally.mjs').Tally} Tally */

const root = dirname(import.meta.dirname)
process.exitCode = main(process.argv.slice(2))

/** @param {readonly string[]} args */
function main(args) {
  const total = runScript('build.mjs') ? runAll(args) : failure('the build, so no test ran')
  console.log(closingLines(total).join('\n'))
  return total.failures.length === 0 && total.passed > 0 ? 0 : 1
}

/**
 * Types are the same on every Node, so their tests run once; so does the check of the API report.
 * @param {readonly string[]} args
 */
function runAll(args) {
  const api = runScript('api.mjs', '--check') ? emptyTally : failure('the API report in docs/api')
  return sum([api, runTests(process.execPath, ['--typecheck', ...args]), runOnOtherNode(args)])
}

/**
 * @param {string} name
 * @param {string[]} args
 */
function runScript(name, ...args) {
  return spawnSync(process.execPath, [join('scripts', name), ...args], { cwd: root, stdio: 'inherit' }).status === 0
}

/**
 * @param {readonly string[]} args
 * @returns {Tally}
 */
function runOnOtherNode(args) {
  const major = otherMajor()
  const node = installNode(root, major)
  if ('binary' in node) return runTests(node.binary, args)
  if (process.env['CI'] === 'true') return failure(node.problem)
  return { ...emptyTally, skips: [{ name: `every test on Node ${major}`, reason: node.problem }] }
}

/**
 * @param {string} node
 * @param {readonly string[]} args
 * @returns {Tally}
 */
function runTests(node, args) {
  const tallyFile = join(root, '.cache', `tally-${process.pid}.json`)
  mkdirSync(dirname(tallyFile), { recursive: true })
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  console.log(`\nNode ${version}`)
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  // First on the path, so that a test that starts `node` starts this one.
  const path = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`
  const env = { ...process.env, PATH: path, ROTA_TEST_TALLY: tallyFile }
  const { status } = spawnSync(node, [vitest, 'run', ...args], { cwd: root, stdio: 'inherit', env })
  const tally = labelled(readTally(tallyFile), version)
  if (status === 0 || tally.failures.length > 0) return tally
  return sum([tally, failure(`vitest on Node ${version} ended with code ${status} without naming a failed test`)])
}

/**
 * A test may be skipped, or fail, on one Node and pass on the other.
 * @param {Tally} tally
 * @param {string} version
 * @returns {Tally}
 */
function labelled(tally, version) {
  const skips = tally.skips.map(({ name, reason }) => ({ name: `Node ${version}: ${name}`, reason }))
  const failures = tally.failures.map(({ name, message }) => ({ name: `Node ${version}: ${name}`, message }))
  return { ...tally, skips, failures }
}

/**
 * @param {string} file
 * @returns {Tally}
 */
function readTally(file) {
  try {
    return /** @type {Tally} */ (JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return failure('vitest ended before it had a result')
  } finally {
    rmSync(file, { force: true })
  }
}

/**
 * @param {string} problem
 * @returns {Tally}
 */
function failure(problem) {
  return { ...emptyTally, failures: [{ name: 'npm test', message: problem }] }
}
