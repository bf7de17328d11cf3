/**
 * Reads what a store says after everybody has left it, through the port and, for a file of SQLite, through the driver too. A store is
 * named by its file, or by its URL where it has no file.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { postgres } from 'rota/postgres'
import { sqlite } from 'rota/sqlite'
import { openDatabase } from '../../bench/driver.mjs'

/** @typedef {import('rota/port').JobRecord} JobRecord */

const PAGE = 500

/**
 * @param {string} place
 * @returns {import('rota/port').Backend<never>}
 */
export function backendOf(place) {
  return isUrl(place) ? postgres({ url: place }) : sqlite({ file: place })
}

/**
 * Everything that the oracle needs to know.
 * @param {string} place
 * @param {readonly string[]} ids
 */
export async function readStore(place, ids) {
  const backend = backendOf(place)
  await backend.open()
  try {
    const counts = await backend.inspector.counts({})
    const completed = counts.filter(({ state, task }) => state === 'completed' && task === 'prove:work')
    return {
      counts,
      records: await readRecords(backend, ids),
      completions: await readCompletions(backend),
      completedEver: completed.reduce((sum, { total }) => sum + total, 0),
      problems: await backend.maintenance.verify({}),
      integrity: isUrl(place) ? 'no file' : checkIntegrity(place),
    }
  } finally {
    await backend.close()
  }
}

/**
 * Waits until so many jobs of a task are in a state, by the counters of the store.
 * @param {string} place
 * @param {{ state: string, task: string, atLeast: number, withinMs: number, say: (text: string) => void }} wanted
 */
export async function watchCounts(place, { state, task, atLeast, withinMs, say }) {
  const backend = backendOf(place)
  await backend.open()
  const deadline = performance.now() + withinMs
  try {
    for (let last = -1; ;) {
      const fitting = (await backend.inspector.counts({})).filter((one) => one.state === state && one.task === task)
      const total = fitting.reduce((sum, one) => sum + one.total, 0)
      if (total >= atLeast) return
      if (performance.now() > deadline) {
        say(`gave up waiting: ${total} of ${atLeast} ${state} after ${withinMs / 1000} s`)
        return
      }
      if (total - last > atLeast / 5) {
        say(`${total} of ${atLeast} ${state}`)
        last = total
      }
      await sleep(100)
    }
  } finally {
    await backend.close()
  }
}

/**
 * All jobs of a task in a state.
 * @param {string} place
 * @param {{ state: JobRecord['state'], task: string }} wanted
 */
export async function listJobs(place, { state, task }) {
  const backend = backendOf(place)
  await backend.open()
  try {
    /** @type {JobRecord[]} */
    const jobs = []
    /** @type {string | null} */
    let after = null
    do {
      /** @type {{ jobs: readonly JobRecord[], next: string | null }} */
      const page = await backend.inspector.list({ state, task, limit: PAGE, after })
      jobs.push(...page.jobs)
      after = page.next
    } while (after !== null)
    return jobs
  } finally {
    await backend.close()
  }
}

/**
 * The first thousand schedules.
 * @param {string} place
 */
export async function listSchedules(place) {
  const backend = backendOf(place)
  await backend.open()
  try {
    return await backend.schedules.list({ after: null, limit: 1000 })
  } finally {
    await backend.close()
  }
}

/**
 * @param {import('rota/port').Backend<unknown>} backend
 * @param {readonly string[]} ids
 */
async function readRecords(backend, ids) {
  /** @type {(JobRecord | null)[]} */
  const records = []
  for (let from = 0; from < ids.length; from += PAGE) {
    records.push(...(await backend.inspector.get({ ids: ids.slice(from, from + PAGE) })))
  }
  return records
}

/**
 * How often each job entered `completed`, from the log of events.
 * @param {import('rota/port').Backend<unknown>} backend
 */
async function readCompletions(backend) {
  /** @type {Map<string, number>} */
  const completions = new Map()
  /** @type {string | null} */
  let after = null
  for (;;) {
    /** @type {Awaited<ReturnType<typeof backend.events.read>>} */
    const page = await backend.events.read({ after, limit: 1000 })
    if (page.missed) throw new Error('events: expected all of them to be kept, got a gap; use fewer jobs')
    for (const { id, state } of page.events) {
      if (state === 'completed') completions.set(id, (completions.get(id) ?? 0) + 1)
    }
    if (page.events.length === 0) return completions
    after = page.cursor
  }
}

/** @param {string} place */
function isUrl(place) {
  return place.startsWith('postgres://')
}

/** @param {string} file */
function checkIntegrity(file) {
  const database = openDatabase(file)
  try {
    const rows = database.prepare('PRAGMA integrity_check').all()
    return rows.map((row) => String(row['integrity_check'])).join('; ')
  } finally {
    database.close()
  }
}
