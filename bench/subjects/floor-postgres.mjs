/**
 * The floor: the bare driver doing the least that could be called a queue. One table, one index, batches; no leases, no
 * retries, no priorities, no keys, no events, no history. Statements are prepared, arrays go as one parameter.
 */
import pg from 'pg'

/** @typedef {import('../jobs.mjs').Job} Job */

/** The batch of the floor that the targets were set against; 2,000 gained 5 % more. */
const CLAIM_ITEMS = 500

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS jobs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state smallint NOT NULL DEFAULT 0,
    due bigint NOT NULL, payload text NOT NULL);
  CREATE INDEX IF NOT EXISTS waiting ON jobs (due, id) WHERE state = 0`
const NOW = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint'
const INSERT = `WITH stored AS (INSERT INTO jobs (due, payload) SELECT ${NOW} + $2, p FROM unnest($1::text[]) p)
  SELECT pg_notify('floor', '')`
const CLAIM = `UPDATE jobs SET state = 1 WHERE id IN (
    SELECT id FROM jobs WHERE state = 0 AND due <= ${NOW} ORDER BY due, id LIMIT ${CLAIM_ITEMS} FOR UPDATE SKIP LOCKED)
  RETURNING id, payload`
const COMPLETE = 'DELETE FROM jobs WHERE id = ANY ($1::bigint[])'
const EXCHANGE = `WITH done AS (${COMPLETE}) ${CLAIM}`

/** A queue's statistics lag behind it, and then the planner would sort the whole backlog for each claim. */
const PLANS = 'SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off'

/** Claims and completes in two commits, as the floor that the targets were set against. */
export const floor = makeFloor('floor', false)

/** In one statement: the strongest that was found. */
export const floorFused = makeFloor('floor-fused', true)

/**
 * @param {string} name
 * @param {boolean} isFused
 * @returns {import('../subject.mjs').SubjectDefinition}
 */
function makeFloor(name, isFused) {
  return { name, durability: 'every commit is synced', open: ({ url }) => open(String(url), isFused) }
}

/**
 * @param {string} url
 * @param {boolean} isFused
 * @returns {Promise<import('../subject.mjs').Subject>}
 */
async function open(url, isFused) {
  const writer = new pg.Client({ connectionString: url })
  await writer.connect()
  await writer.query(SCHEMA)
  const write = (/** @type {readonly Job[]} */ jobs, /** @type {number} */ delayMs) =>
    writer.query({ name: 'insert', text: INSERT, values: [jobs.map((job) => JSON.stringify(job.payload)), delayMs] })
  const group = groupCommit((jobs) => write(jobs, 0))
  return {
    enqueue: (job) => group(job),
    enqueueAll: (jobs, { delayMs = 0 } = {}) => write(jobs, delayMs),
    work: (run) => startLoop(url, isFused, run),
    close: () => writer.end(),
  }
}

/**
 * Callers of one turn of the event loop share one commit; those that come while one is under way share the next.
 * @param {(jobs: readonly Job[]) => Promise<unknown>} commit
 * @returns {(job: Job) => Promise<void>}
 */
function groupCommit(commit) {
  /** @type {Job[]} */
  let waiting = []
  /** @type {Promise<void> | undefined} */
  let flushed
  /** @type {Promise<unknown>} */
  let before = Promise.resolve()
  return (job) => {
    waiting.push(job)
    flushed ??= before.then(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      const jobs = waiting
      waiting = []
      const committed = commit(jobs)
      before = committed.catch(() => undefined)
      flushed = undefined
      await committed
    })
    return flushed
  }
}

/**
 * Claims, runs and completes in turns, and sleeps until it is notified when there is nothing.
 * @param {string} url
 * @param {boolean} isFused
 * @param {(payload: import('../jobs.mjs').Payload) => void} run
 */
async function startLoop(url, isFused, run) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  let isStopping = false
  let isNotified = false
  /** @type {() => void} */
  let wake = () => {}
  const notify = () => {
    isNotified = true
    wake()
  }
  client.on('notification', notify)
  await client.query(`${PLANS}; LISTEN floor`)

  const loop = async () => {
    /** @type {readonly string[]} */
    let done = []
    while (!isStopping || done.length > 0) {
      isNotified = false
      const claimed = await talk(client, isFused, isStopping, done)
      for (const { payload } of claimed) run(JSON.parse(payload))
      done = claimed.map(({ id }) => id)
      if (done.length === 0 && !isNotified && !isStopping)
        await new Promise((/** @type {(value: void) => void} */ resolve) => (wake = resolve))
    }
    await client.end()
  }
  const ended = loop()
  return () => {
    isStopping = true
    notify()
    return ended
  }
}

/**
 * @param {pg.Client} client
 * @param {boolean} isFused
 * @param {boolean} isStopping
 * @param {readonly string[]} done
 * @returns {Promise<readonly { id: string, payload: string }[]>}
 */
async function talk(client, isFused, isStopping, done) {
  if (isFused && !isStopping) {
    return (await client.query({ name: 'exchange', text: EXCHANGE, values: [done] })).rows
  }
  if (done.length > 0) await client.query({ name: 'complete', text: COMPLETE, values: [done] })
  return isStopping ? [] : (await client.query({ name: 'claim', text: CLAIM })).rows
}
