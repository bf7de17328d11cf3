/**
 * The floor: the bare driver doing the least that could be called a queue. One table, one index, batches; no leases, no
 * retries, no priorities, no keys, no events, no history. Nobody can be faster on this driver and be durable.
 */
import { openDatabase } from '../driver.mjs'

/** @typedef {import('../jobs.mjs').Job} Job */

/** How long the floor sleeps when nothing is due. */
const POLL_MS = 1

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, due INTEGER NOT NULL, payload TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS waiting ON jobs (due, id) WHERE state = 0`

/** In batches of 100, as the floor that the targets were set against. */
export const floor = makeFloor('floor', 100)

/** In batches of 500, the fastest: 2,000 gained nothing more on two cores of an EPYC under Node 20. */
export const floor500 = makeFloor('floor-500', 500)

/**
 * @param {string} name
 * @param {number} claimItems jobs of one claim
 * @returns {import('../subject.mjs').SubjectDefinition}
 */
function makeFloor(name, claimItems) {
  return { name, durability: 'WAL, synchronous=FULL', open: ({ file }) => open(String(file), claimItems) }
}

/**
 * @param {string} file
 * @param {number} claimItems
 * @returns {Promise<import('../subject.mjs').Subject>}
 */
async function open(file, claimItems) {
  const database = openDatabase(file)
  database.exec(SCHEMA)
  const insert = database.prepare('INSERT INTO jobs (state, due, payload) VALUES (0, ?, ?)')
  const write = (/** @type {readonly Job[]} */ jobs, /** @type {number} */ due) => {
    for (const job of jobs) insert.run(due, JSON.stringify(job.payload))
  }
  const group = groupCommit((jobs) => inTransaction(database, () => write(jobs, Date.now())))
  return {
    enqueue: (job) => group(job),
    enqueueAll: async (jobs, { delayMs = 0 } = {}) => inTransaction(database, () => write(jobs, Date.now() + delayMs)),
    work: async (run) => startLoop(database, claimItems, run),
    close: async () => database.close(),
  }
}

/**
 * Callers of one turn of the event loop share one commit.
 * @param {(jobs: readonly Job[]) => void} commit
 * @returns {(job: Job) => Promise<void>}
 */
function groupCommit(commit) {
  /** @type {Job[]} */
  let waiting = []
  /** @type {Promise<void> | undefined} */
  let flushed
  return (job) => {
    waiting.push(job)
    flushed ??= new Promise((resolve) => {
      setImmediate(() => {
        const jobs = waiting
        waiting = []
        flushed = undefined
        commit(jobs)
        resolve()
      })
    })
    return flushed
  }
}

/**
 * Claims, runs and completes in turns; what was completed rides in the transaction of the next claim.
 * @param {import('../driver.mjs').Database} database
 * @param {number} claimItems
 * @param {(payload: import('../jobs.mjs').Payload) => void} run
 */
function startLoop(database, claimItems, run) {
  const claim = database.prepare(
    `UPDATE jobs SET state = 1 WHERE id IN (
       SELECT id FROM jobs INDEXED BY waiting WHERE state = 0 AND due <= ? ORDER BY due, id LIMIT ${claimItems}
     ) RETURNING id, payload`,
  )
  const complete = database.prepare('UPDATE jobs SET state = 2 WHERE id = ?')
  let stopping = false

  const loop = async () => {
    /** @type {readonly { id: number, payload: string }[]} */
    let claimed = []
    while (!stopping || claimed.length > 0) {
      const done = claimed
      claimed = inTransaction(database, () => {
        for (const job of done) complete.run(job.id)
        return stopping ? [] : /** @type {typeof claimed} */ (/** @type {unknown} */ (claim.all(Date.now())))
      })
      for (const job of claimed) run(JSON.parse(job.payload))
      await new Promise((resolve) => (claimed.length > 0 ? setImmediate(resolve) : setTimeout(resolve, POLL_MS)))
    }
  }
  const ended = loop()
  return () => {
    stopping = true
    return ended
  }
}

/**
 * @template T
 * @param {import('../driver.mjs').Database} database
 * @param {() => T} act
 * @returns {T}
 */
function inTransaction(database, act) {
  database.exec('BEGIN IMMEDIATE')
  const value = act()
  database.exec('COMMIT')
  return value
}
