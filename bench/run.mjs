/**
 * `npm run bench [-- --rounds 5 --quick --only NAME]`: measures rota beside the floor of the bare driver and beside plainjob, prints
 * the table, and writes it to docs/performance.md and, with every single figure, to bench/results.json.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.mjs'
import { plan } from './plan.mjs'
import { replaceTable, tableOf } from './report.mjs'
import { runRounds } from './rounds.mjs'
import { loadSubject } from './subject.mjs'

const root = join(import.meta.dirname, '..')
const peers = join(import.meta.dirname, 'peers')
const resultsFile = join(import.meta.dirname, 'results.json')
const page = join(root, 'docs', 'performance.md')

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    /** Where the results go instead of the two files of the repository. */
    out: { type: 'string' },
  },
})
await main(values)

/** @param {{ rounds: string, quick: boolean, only: string[], out?: string | undefined }} options */
async function main({ rounds, quick, only, out }) {
  const entries = chosen(only)
  if (!/^[1-9]\d?$/.test(rounds)) throw new TypeError(`--rounds: expected 1 to 99, got "${rounds}"`)
  run(process.execPath, [join(root, 'scripts', 'build.mjs')], root)
  if (!existsSync(join(peers, 'node_modules'))) {
    run('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'], peers)
  }
  // In the repository, not in a temporary folder: those may be in memory, where a sync costs nothing.
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'bench-'))
  try {
    const machine = describeMachine(folder)
    const measured = await runRounds({
      entries,
      rounds: Number(rounds),
      quick,
      folder,
      say: (text) => console.log(text),
    })
    const report = { machine, rounds: Number(rounds), quick, durability: await durabilities(), results: measured }
    const table = tableOf(report)
    console.log(`\n${table}`)
    if (out !== undefined) writeFileSync(out, JSON.stringify(report, null, 2))
    else if (quick || only.length > 0)
      console.log('a part of the whole, or a quick look: docs/performance.md is left as it is')
    else publish(report, table)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {readonly string[]} only */
function chosen(only) {
  const unknown = only.filter((name) => !plan.some((entry) => entry.name === name))
  if (unknown.length > 0) {
    throw new TypeError(`--only: expected ${plan.map(({ name }) => name).join(', ')}, got "${unknown.join(', ')}"`)
  }
  return only.length === 0 ? plan : plan.filter(({ name }) => only.includes(name))
}

async function durabilities() {
  const subjects = await Promise.all(['rota', 'floor', 'plainjob'].map((name) => loadSubject(name)))
  return Object.fromEntries(subjects.map(({ name, durability }) => [name, durability]))
}

/**
 * @param {unknown} report
 * @param {string} table
 */
function publish(report, table) {
  writeFileSync(resultsFile, `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(page, replaceTable(readFileSync(page, 'utf8'), table))
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: expected exit 0, got ${String(status)}`)
}
