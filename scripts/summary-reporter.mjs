/**
 * The reporter of every test run: vitest's own output, then each skipped test with its reason, and as the very last line
 * `N passed, N failed` or `N passed, N failed, N skipped`. What went wrong outside a test (a file that does not load, a
 * hook that throws, a stray rejection) counts as failed, so that the figures can be trusted alone.
 */
import { writeFileSync } from 'node:fs'
import { DefaultReporter } from 'vitest/node'
import { closingLines } from './tally.mjs'

/** Where scripts/test.mjs wants the tally; the closing line is then its own to print. */
const tallyFile = process.env['ROTA_TEST_TALLY']

export default class SummaryReporter extends DefaultReporter {
  /**
   * @override
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {Parameters<DefaultReporter['onTestRunEnd']>[1]} errors
   * @param {Parameters<DefaultReporter['onTestRunEnd']>[2]} reason
   */
  onTestRunEnd(modules, errors, reason) {
    super.onTestRunEnd(modules, errors, reason)
    const tally = tallyOf(modules, errors)
    if (tallyFile !== undefined) writeFileSync(tallyFile, JSON.stringify(tally))
    else process.stdout.write(`${closingLines(tally).join('\n')}\n`)
  }
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly { message?: string }[]} strayErrors
 * @returns {import('./tally.mjs').Tally}
 */
function tallyOf(modules, strayErrors) {
  let passed = 0
  /** @type {import('./tally.mjs').Skip[]} */
  const skips = []
  /** @type {import('./tally.mjs').Failure[]} */
  const failures = []
  const outsideATest = (/** @type {string} */ name, /** @type {readonly { message?: string }[]} */ errors) => {
    for (const { message = 'no message' } of errors) failures.push({ name, message })
  }
  outsideATest('outside every test', strayErrors)
  for (const module of modules) {
    outsideATest(module.relativeModuleId, module.errors())
    for (const suite of module.children.allSuites()) {
      outsideATest(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors())
    }
    for (const test of module.children.allTests()) {
      const result = test.result()
      if (result.state === 'passed') passed += 1
      else if (result.state === 'skipped') skips.push({ name: nameOf(test), reason: reasonOf(test, result.note) })
      else {
        // Pending counts too: a test that was begun and never ended has not passed.
        failures.push({ name: nameOf(test), message: result.errors?.[0]?.message ?? 'it did not end' })
      }
    }
  }
  return { passed, skips, failures }
}

/** @param {import('vitest/node').TestCase} test */
const nameOf = (test) => `${test.module.relativeModuleId} > ${test.fullName}`

/**
 * @param {import('vitest/node').TestCase} test
 * @param {string | undefined} note
 */
function reasonOf(test, note) {
  if (note !== undefined) return note
  if (test.options.mode === 'todo') return 'not written yet'
  return test.options.mode === 'skip' ? 'no reason given' : 'its suite failed or another test is marked "only"'
}
