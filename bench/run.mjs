/**
 * `npm run bench [-- sqlite | postgres --rounds 5 --quick --only NAME]`: measures rota on a store beside the floor of the bare driver
 * and beside others, prints the table, and writes it to docs/performance.md and, with every single figure, to a file of this folder.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.mjs'
import { replaceTable, tableOf } from './report.mjs'
import { runRounds } from './rounds.mjs'
import { postgres } from './store-postgres.mjs'
import { sqlite } from './store-sqlite.mjs'
import { loadSubject } from './subject.mjs'

const root = join(import.meta.dirname, '..')
const peers = join(import.meta.dirname, 'peers')
const page = join(root, 'docs', 'performance.md')

/** @typedef {import('./report.mjs').Store} Store */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    /** Where the results go instead of the two files of the repository. */
    out: { type: 'string' },
  },
})
await main(storeOf(positionals), values)

/**
 * @param {Store} store
 * @param {{ rounds: string, quick: boolean, only: string[], out?: string | undefined }} options
 */
async function main(store, { rounds, quick, only, out }) {
  const entries = chosen(store, only)
  if (!/^[1-9]\d?$/.test(rounds)) throw new TypeError(`--rounds: expected 1 to 99, got "${rounds}"`)
  run(process.execPath, [join(root, 'scripts', 'build.mjs')], root)
  if (!arePeersInstalled()) {
    run('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'], peers)
  }
  // In the repository, not in a temporary folder: those may be in memory, where a sync costs nothing.
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'bench-'))
  // The user of a server must reach what lies in it.
  chmodSync(folder, 0o755)
  const { facts, places } = await store.start(folder)
  try {
    const machine = { ...describeMachine(folder), ...facts }
    const measured = await runRounds({
      entries,
      rounds: Number(rounds),
      quick,
      store: store.name,
      places,
      say: (text) => console.log(text),
    })
    const durability = await durabilities(store)
    const report = { machine, rounds: Number(rounds), quick, durability, results: measured }
    const table = tableOf(store, report)
    console.log(`\n${table}`)
    if (out !== undefined) writeFileSync(out, JSON.stringify(report, null, 2))
    else if (quick || only.length > 0)
      console.log('a part of the whole, or a quick look: docs/performance.md is left as it is')
    else publish(store, report, table)
  } finally {
    await places.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {readonly string[]} names */
function storeOf([name = 'sqlite', ...more]) {
  const found = [sqlite, postgres].find((store) => store.name === name)
  if (found === undefined || more.length > 0) {
    throw new TypeError(`bench: expected "sqlite" or "postgres", got "${[name, ...more].join(' ')}"`)
  }
  return found
}

/**
 * @param {Store} store
 * @param {readonly string[]} only
 */
function chosen({ plan }, only) {
  const unknown = only.filter((name) => !plan.some((entry) => entry.name === name))
  if (unknown.length > 0) {
    throw new TypeError(`--only: expected ${plan.map(({ name }) => name).join(', ')}, got "${unknown.join(', ')}"`)
  }
  return only.length === 0 ? plan : plan.filter(({ name }) => only.includes(name))
}

function arePeersInstalled() {
  /** @type {{ dependencies: Record<string, string> }} */
  const { dependencies } = JSON.parse(readFileSync(join(peers, 'package.json'), 'utf8'))
  return Object.keys(dependencies).every((name) => existsSync(join(peers, 'node_modules', name)))
}

/** @param {Store} store */
async function durabilities({ name: store, columns }) {
  const subjects = await Promise.all(columns.map((name) => loadSubject(store, name)))
  return Object.fromEntries(subjects.map(({ name, durability }) => [name, durability]))
}

/**
 * @param {Store} store
 * @param {unknown} report
 * @param {string} table
 */
function publish(store, report, table) {
  writeFileSync(join(import.meta.dirname, store.resultsFile), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(page, replaceTable(store, readFileSync(page, 'utf8'), table))
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
