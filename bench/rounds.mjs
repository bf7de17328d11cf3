/**
 * Runs the measurements of a plan: every one in fresh processes on a fresh store, the subjects in turns within each round, so that
 * whatever else the machine does hits all of them alike.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** @typedef {import('./plan.mjs').Entry} Entry */
/** @typedef {import('./plan.mjs').SubjectName} SubjectName */
/** @typedef {Record<string, number>} Figures */
/** @typedef {{ jobs: number, delayed?: number }} Backlog */

/**
 * Where the stores of a run are made.
 * @typedef {object} Places
 * @property {(subject: SubjectName, backlog: Backlog | undefined, fill: (place: Place) => Promise<unknown>) => Promise<Place>} make
 *   a fresh store, with a backlog that `fill` puts into a store once and that is copied from then on
 * @property {(place: Place) => Promise<void>} remove
 * @property {() => Promise<void>} close
 */

/**
 * Where a store is: a file, or a database of a server and the first process of that. Proofs read this file too, so it must not lead
 * to the subjects: the peers behind those are installed for measuring only.
 * @typedef {{ file?: string, url?: string, serverPid?: number }} Place
 */
/** @typedef {{ scenario: string, store: string, subject: string, place: Place, options: unknown }} Measurement */

/** For each entry and each subject the figures of its rounds; round *i* of one subject lies beside round *i* of the others. */
/** @typedef {Record<string, Partial<Record<SubjectName | 'bystander', Figures[]>>>} Results */

const CHILD = join(import.meta.dirname, 'child.mjs')

/**
 * @param {object} order
 * @param {readonly Entry[]} order.entries
 * @param {number} order.rounds
 * @param {boolean} order.quick
 * @param {string} order.store
 * @param {Places} order.places
 * @param {(text: string) => void} order.say
 * @returns {Promise<Results>}
 */
export async function runRounds({ entries, rounds, quick, store, places, say }) {
  /** @type {Results} */
  const results = Object.fromEntries(entries.map(({ name }) => [name, {}]))
  for (let round = 1; round <= rounds; round++) {
    for (const entry of entries) {
      if (round > (entry.rounds ?? rounds)) continue
      for (const subject of turned(entry.subjects, round)) {
        const found = await measureOnce(entry, subject, { quick, store, places })
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
 * @param {{ quick: boolean, store: string, places: Places }} how
 * @returns {Promise<Partial<Record<SubjectName | 'bystander', Figures>>>}
 */
async function measureOnce(entry, subject, { quick, store, places }) {
  const options = { ...entry.options, ...(quick ? entry.quick : {}), ...entry.own?.[subject] }
  const backlog = quick ? (entry.quickBacklog ?? entry.backlog) : entry.backlog
  const fill = (/** @type {Place} */ place) => runChild({ scenario: 'fill', store, subject, place, options: backlog })
  const place = await places.make(subject, backlog, fill)
  const measurement = { scenario: entry.scenario, store, subject, place, options }
  try {
    if (entry.writers !== undefined) return await runWriters(measurement, entry.writers)
    return { [subject]: await runChild(measurement) }
  } finally {
    await places.remove(place)
  }
}

/**
 * All writers at the same time; the worst of each figure counts, except rates, which add up.
 * @param {Measurement} measurement
 * @param {number} writers
 */
async function runWriters(measurement, writers) {
  const bystander = runChild({ ...measurement, scenario: 'bystanderLag' })
  const all = await Promise.all(Array.from({ length: writers }, () => runChild(measurement)))
  /** @type {Figures} */
  const together = {}
  for (const key of Object.keys(all[0] ?? {})) {
    const values = all.map((figures) => figures[key] ?? 0)
    together[key] = key.endsWith('PerSecond') ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values)
  }
  return { [measurement.subject]: together, bystander: await bystander }
}

/**
 * @param {Measurement} measurement
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
