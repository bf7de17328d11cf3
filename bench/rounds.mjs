/**
 * Runs the measurements of a plan: every one in fresh processes on a fresh file, the subjects in turns within each round, so that
 * whatever else the machine does hits all of them alike.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {import('./plan.mjs').Entry} Entry */
/** @typedef {import('./plan.mjs').SubjectName} SubjectName */
/** @typedef {Record<string, number>} Figures */

/** For each entry and each subject the figures of its rounds; round *i* of one subject lies beside round *i* of the others. */
/** @typedef {Record<string, Partial<Record<SubjectName | 'bystander', Figures[]>>>} Results */

const CHILD = join(import.meta.dirname, 'child.mjs')

/**
 * @param {object} order
 * @param {readonly Entry[]} order.entries
 * @param {number} order.rounds
 * @param {boolean} order.quick
 * @param {string} order.folder
 * @param {(text: string) => void} order.say
 * @returns {Promise<Results>}
 */
export async function runRounds({ entries, rounds, quick, folder, say }) {
  /** @type {Results} */
  const results = Object.fromEntries(entries.map(({ name }) => [name, {}]))
  for (let round = 1; round <= rounds; round++) {
    for (const entry of entries) {
      if (round > (entry.rounds ?? rounds)) continue
      for (const subject of turned(entry.subjects, round)) {
        const found = await measureOnce(entry, subject, { quick, folder })
        for (const [who, figures] of Object.entries(found)) {
          const list = (results[entry.name] ??= {})
          ;(list[/** @type {SubjectName} */ (who)] ??= []).push(figures)
        }
        say(`round ${round} of ${rounds}: ${entry.name}, ${subject}: ${brief(found[subject] ?? {})}`)
      }
    }
  }
  return results
}

/**
 * Another subject goes first in each round.
 * @param {readonly SubjectName[]} subjects
 * @param {number} round
 */
function turned(subjects, round) {
  const first = round % subjects.length
  return [...subjects.slice(first), ...subjects.slice(0, first)]
}

/**
 * @param {Entry} entry
 * @param {SubjectName} subject
 * @param {{ quick: boolean, folder: string }} place
 * @returns {Promise<Partial<Record<SubjectName | 'bystander', Figures>>>}
 */
async function measureOnce(entry, subject, { quick, folder }) {
  const options = { ...entry.options, ...(quick ? entry.quick : {}), ...entry.own?.[subject] }
  const backlog = quick ? (entry.quickBacklog ?? entry.backlog) : entry.backlog
  const fresh = join(folder, 'fresh')
  mkdirSync(fresh, { recursive: true })
  const file = join(fresh, `${subject}.db`)
  try {
    if (backlog !== undefined) copyFileSync(await filledFile(subject, backlog, folder), file)
    if (entry.writers === undefined)
      return { [subject]: await runChild({ scenario: entry.scenario, subject, file, options }) }
    return await runWriters(entry, { subject, file, options })
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/**
 * A store with a backlog is filled once and copied for each round.
 * @param {SubjectName} subject
 * @param {{ jobs: number, delayed?: number }} backlog
 * @param {string} folder
 */
async function filledFile(subject, backlog, folder) {
  const file = join(folder, `${subject}-${backlog.jobs}-${backlog.delayed ?? 0}.db`)
  if (!existsSync(file)) {
    await runChild({ scenario: 'fill', subject, file, options: backlog })
    if (existsSync(`${file}-wal`))
      throw new Error(`${subject}: expected a closed store to be one file, got a -wal beside it`)
  }
  return file
}

/**
 * All writers at the same time; the worst of each figure counts, except rates, which add up.
 * @param {Entry} entry
 * @param {{ subject: SubjectName, file: string, options: Record<string, unknown> }} measurement
 */
async function runWriters(entry, { subject, file, options }) {
  const writer = { scenario: entry.scenario, subject, file, options }
  const bystander = runChild({ scenario: 'bystanderLag', subject, file, options })
  const all = await Promise.all(Array.from({ length: entry.writers ?? 1 }, () => runChild(writer)))
  /** @type {Figures} */
  const together = {}
  for (const key of Object.keys(all[0] ?? {})) {
    const values = all.map((figures) => figures[key] ?? 0)
    together[key] = key.endsWith('PerSecond') ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values)
  }
  return { [subject]: together, bystander: await bystander }
}

/**
 * @param {{ scenario: string, subject: string, file: string, options: unknown }} measurement
 * @returns {Promise<Figures>}
 */
async function runChild(measurement) {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(measurement)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (/** @type {Buffer} */ data) => (output += data.toString()))
  const code = await new Promise((resolve) => child.on('close', resolve))
  const { scenario, subject } = measurement
  if (code !== 0) throw new Error(`${scenario} of ${subject}: expected exit 0, got ${String(code)}`)
  return JSON.parse(output.trim().split('\n').at(-1) ?? '')
}

/** @param {Figures} figures */
function brief(figures) {
  return Object.entries(figures)
    .map(([key, value]) => `${key} ${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))}`)
    .join(', ')
}
