import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createRota, task } from 'rota'
import { postgres } from 'rota/postgres'
import { median, quantile } from '../../bench/statistics.mjs'

/** @type {import('rota').TaskDefinition<{ readonly n: number }>} */
const keyed = task('prove:keyed')

/** Callers of one process, all of them at once: more than its pool has connections. */
const HELD = 20

/** The others enqueue one job in this time, with a key of its own and without. */
const PAUSE_MS = 5

/**
 * @typedef {object} HeldKeys
 * @property {number} held keys and ids that a transaction of a user held, each wanted by another caller
 * @property {{ readonly p50: number, readonly p99: number, readonly jobs: number }} before what others waited, in ms
 * @property {{ readonly p50: number, readonly p99: number, readonly jobs: number }} during
 * @property {number} early callers of a held key that got an answer before the end of the transaction
 * @property {number} settledMs how long after the commit the last of them had its answer
 * @property {number} duplicates callers that were given the job of the transaction
 */

/**
 * Callers of one program enqueue keys and ids that an open transaction holds; what do the other callers of the same program notice?
 * @param {string} url
 * @param {number} lengthMs of each of two measurements
 * @returns {Promise<HeldKeys>}
 */
export async function holdKeys(url, lengthMs) {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  const user = new pg.Client({ connectionString: url })
  await user.connect()
  const rota = createRota({ backend: postgres({ pool }), tasks: [keyed] })
  await rota.open()
  try {
    await others(rota, 1000)
    const before = await others(rota, lengthMs)
    await user.query('BEGIN')
    const keys = Array.from({ length: HELD }, (_, at) => `held-${at}`)
    /** @type {import('rota').JobHandle[]} */
    const holders = []
    for (const [n, key] of keys.entries()) holders.push(await rota.enqueue(keyed, { n }, { tx: user, ...held(n, key) }))
    let early = 0
    let isOpen = true
    const waiting = keys.map(async (key, n) => {
      const { id } = await rota.enqueue(keyed, { n }, held(n, key))
      if (isOpen) early += 1
      return id === holders[n]?.id
    })
    const during = await others(rota, lengthMs)
    await user.query('COMMIT')
    isOpen = false
    const committedAt = performance.now()
    const same = await Promise.all(waiting)
    const settledMs = performance.now() - committedAt
    return { held: HELD, before, during, early, settledMs, duplicates: same.filter(Boolean).length }
  } finally {
    await rota.close()
    await user.end()
    await pool.end()
  }
}

/**
 * Of three one is held by its id, the others by their unique key.
 * @param {number} n
 * @param {string} key
 */
function held(n, key) {
  return n % 3 === 0 ? { id: key } : { unique: key }
}

let made = 0

/**
 * How long callers wait whose keys nobody holds.
 * @param {import('rota').Rota<import('rota/postgres').PgTx>} rota
 * @param {number} lengthMs
 */
async function others(rota, lengthMs) {
  /** @type {number[]} */
  const ms = []
  /** @type {Promise<void>[]} */
  const calls = []
  const until = performance.now() + lengthMs
  while (performance.now() < until) {
    made += 1
    calls.push(timed(made % 2 === 0 ? {} : { unique: `free-${made}` }))
    await sleep(PAUSE_MS)
  }
  await Promise.all(calls)
  return { p50: median(ms), p99: quantile(ms, 0.99), jobs: ms.length }

  /** @param {{ unique?: string }} options */
  async function timed(options) {
    const startedAt = performance.now()
    await rota.enqueue(keyed, { n: made }, options)
    ms.push(performance.now() - startedAt)
  }
}
