/**
 * plainjob 0.0.14, as it comes: WAL with synchronous=NORMAL, one job a transaction, polls once a second.
 *
 * It is written for better-sqlite3, which compiles for over a minute where its binary cannot be fetched. plainjob takes any
 * connection of a documented form, so it gets one over the driver that rota uses; the figures then compare queues, not
 * drivers. It knows neither queues, priorities nor unique keys: all jobs are of one type, which is its best case.
 */
import { defineQueue, defineWorker } from 'plainjob'
import { openDatabase } from '../driver.mjs'

const TYPE = 'bench'

/** plainjob logs every step of every job to the console unless it is told otherwise. */
const silent = { error: console.error, warn: console.warn, info: () => {}, debug: () => {} }

/** @type {import('../subject.mjs').SubjectDefinition} */
export const plainjob = {
  name: 'plainjob',
  durability: 'WAL, synchronous=NORMAL (as it comes: the last commits are lost with the power)',

  async open({ file }) {
    const queue = defineQueue({ connection: connect(String(file)), logger: silent })
    return {
      enqueue: async (job) => queue.add(TYPE, job.payload),
      enqueueAll: async (jobs, { delayMs = 0 } = {}) =>
        queue.addMany(
          TYPE,
          jobs.map((job) => job.payload),
          { delay: delayMs },
        ),
      work: async (run) => startWorker(queue, run),
      close: async () => queue.close(),
    }
  },
}

/**
 * Its own `stop` waits for the sleep only, so the promise of `start` is awaited too.
 * @param {import('plainjob').Queue} queue
 * @param {(payload: import('../jobs.mjs').Payload) => void} run
 */
function startWorker(queue, run) {
  const worker = defineWorker(TYPE, (job) => run(JSON.parse(job.data)), { queue, logger: silent })
  const ended = worker.start()
  return async () => {
    await worker.stop()
    await ended
  }
}

/**
 * The connection that plainjob asks for, over our driver.
 * @param {string} file
 * @returns {import('plainjob').Connection}
 */
function connect(file) {
  const database = openDatabase(file, { synchronous: 'NORMAL' })
  return {
    driver: 'better-sqlite3',
    filename: file,
    pragma: (statement) => database.exec(`PRAGMA ${statement}`),
    exec: (statement) => database.exec(statement),
    prepare: (statement) => database.prepare(statement),
    transaction: (act) =>
      Object.assign(transacted(database, 'BEGIN', act), { immediate: transacted(database, 'BEGIN IMMEDIATE', act) }),
    close: () => database.close(),
  }
}

/**
 * @param {import('../driver.mjs').Database} database
 * @param {'BEGIN' | 'BEGIN IMMEDIATE'} begin
 * @param {(...values: any[]) => unknown} act
 */
function transacted(database, begin, act) {
  return (/** @type {any[]} */ ...values) => {
    database.exec(begin)
    try {
      const value = act(...values)
      database.exec('COMMIT')
      return value
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
}
