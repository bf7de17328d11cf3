import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const root = process.cwd()

/**
 * Runs vitest over files that live for one test, below the repository so that they find vitest.
 * @param {Record<string, string>} texts
 * @param {Record<string, string>} env
 */
function runTests(texts, env = {}) {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'reporter-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [file, text] of Object.entries({ ...texts, 'vitest.config.js': 'export default {}' }))
    writeFileSync(join(folder, file), text)
  const reporter = join(root, 'scripts', 'summary-reporter.mjs')
  const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', folder, '--reporter', reporter]
  const options = { encoding: /** @type {const} */ ('utf8'), env: { ...clean(process.env), NO_COLOR: '1', ...env } }
  const { status, stdout } = spawnSync(process.execPath, args, options)
  return { status, lines: stdout.trimEnd().split('\n'), folder }
}

/**
 * The environment without what the surrounding run told its own workers.
 * @param {NodeJS.ProcessEnv} env
 */
function clean(env) {
  const ours = Object.entries(env).filter(([name]) => !/^(VITEST|ROTA_TEST_TALLY|FORCE_COLOR|NODE_OPTIONS)/.test(name))
  return Object.fromEntries(ours)
}

const head = "import { beforeAll, describe, expect, it } from 'vitest'\n"

it('the last line counts what passed and failed', () => {
  const { status, lines } = runTests({
    'a.test.js': `${head}it('a', () => {})\nit('b', () => {})\nit('c', () => expect(1).toBe(2))`,
  })
  expect(lines.slice(-2)).toEqual([
    'failed: a.test.js > c: expected 1 to be 2 // Object.is equality',
    '2 passed, 1 failed',
  ])
  expect(status).toBe(1)
})

it('skipped tests are named with their reason above the last line', () => {
  const { status, lines } = runTests({
    'a.test.js': `${head}it('a', () => {})
      it('b', (test) => test.skip('no power'))
      it.todo('c')
      describe('d', () => it.skip('e', () => {}))`,
  })
  expect(lines.slice(-4)).toEqual([
    'skipped: a.test.js > b: no power',
    'skipped: a.test.js > c: not written yet',
    'skipped: a.test.js > d > e: no reason given',
    '1 passed, 0 failed, 3 skipped',
  ])
  expect(status).toBe(0)
})

it('what breaks outside a test counts as failed', () => {
  const { status, lines } = runTests({
    'a.test.js': `${head}import './gone.js'\nit('a', () => {})`,
    'b.test.js': `${head}describe('b', () => { beforeAll(() => { throw new Error('no') }); it('c', () => {}) })`,
    'c.test.js': `${head}it('d', () => { void Promise.reject(new Error('stray')) })`,
  })
  expect(lines.slice(-5)).toEqual([
    'skipped: b.test.js > b > c: its suite failed or another test is marked "only"',
    'failed: outside every test: stray',
    expect.stringContaining("failed: a.test.js: Cannot find module './gone.js'"),
    'failed: b.test.js > b: no',
    '1 passed, 3 failed, 1 skipped',
  ])
  expect(status).toBe(1)
})

it('a run without tests passes nothing and fails', () => {
  const { status, lines } = runTests({})
  expect(lines.at(-1)).toBe('0 passed, 0 failed')
  expect(status).toBe(1)
})

it('the tally goes to a file where one is asked for', () => {
  const file = join(mkdtempSync(join(root, '.cache', 'tally-')), 'tally.json')
  onTestFinished(() => rmSync(join(file, '..'), { recursive: true }))
  const { lines } = runTests({ 'a.test.js': `${head}it('a', () => {})` }, { ROTA_TEST_TALLY: file })
  expect(existsSync(file)).toBe(true)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ passed: 1, skips: [], failures: [] })
  expect(lines).not.toContain('1 passed, 0 failed')
})
