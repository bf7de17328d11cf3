/**
 * Fills a PostgreSQL store with millions of jobs in the shape that the backend writes: one job of each sort is made through the port, and
 * copied by the server, column for column, whatever columns there are.
 */

/** @typedef {import('rota/port').Backend<unknown>} Backend */
/** @typedef {import('pg').Client} Client */

/** @typedef {{ readonly waiting: number, readonly delayed: number, readonly finished: number }} Amounts */

/** Each block of numbers is for one call of at most so many jobs (migrations/schema-1.ts). */
const BLOCK = 1024
const JOBS_OF_BLOCK = 1000

/** So many rows are copied by one statement, over all queues. */
const COPY_ROWS = 500_000

const LEASE_MS = 600_000
const DAY_MS = 86_400_000

/**
 * @param {object} place
 * @param {Backend} place.backend open, and empty
 * @param {Client} place.client
 * @param {string} place.schema
 * @param {string} place.task
 * @param {readonly string[]} place.queues
 * @param {Amounts} amounts over all queues
 * @param {(text: string) => void} say
 */
export async function fillSchema(place, { waiting, delayed, finished }, say) {
  const { backend, client, task, queues, schema } = place
  // A store that keeps so many was told to.
  const keep = { completedForMs: 30 * DAY_MS, completedMax: 1e9 }
  await backend.control.putQueues({ queues: queues.map((name) => ({ name, ...keep })) })
  await makeJobs(backend, 'finished', task, queues, 0)
  const claim = {
    workerId: 'prove',
    leaseMs: LEASE_MS,
    queues: queues.map((queue) => ({ queue, limit: 1 })),
    tasks: [task],
  }
  const { leases } = await backend.jobs.claim({ ...claim, limit: queues.length, suspects: false, from: 'highest' })
  const value = { json: '{"delivered":true}', note: null }
  await backend.jobs.settle({
    settlements: leases.map(({ receipt }) => ({ kind: 'complete', receipt, result: value })),
  })
  await makeJobs(backend, 'delayed', task, queues, DAY_MS)
  await makeJobs(backend, 'waiting', task, queues, 0)
  const kinds = queues.length
  await copyJobs({ client, schema, sort: 'finished', each: finished / kinds, say }, 'outcomes', {
    finished_at: spread(-DAY_MS, finished / kinds),
  })
  const delays = spread(DAY_MS, delayed / kinds)
  await copyJobs({ client, schema, sort: 'delayed', each: delayed / kinds, say }, 'live', {
    visible_at: delays,
    due_at: delays,
  })
  const since = spread(-DAY_MS / 24, waiting / kinds)
  await copyJobs({ client, schema, sort: 'waiting', each: waiting / kinds, say }, 'live', {
    visible_at: since,
    due_at: since,
  })
}

/**
 * The instant of the row `n` of so many, spread evenly between now and then.
 * @param {number} untilMs
 * @param {number} rows
 */
function spread(untilMs, rows) {
  const from = untilMs < 0 ? untilMs : DAY_MS / 24
  return `(now_ms + ${from} + n * ${Math.abs(untilMs - Math.max(from, 0))}::float8 / ${rows})::bigint`
}

/**
 * @param {Backend} backend
 * @param {string} sort
 * @param {string} task
 * @param {readonly string[]} queues
 * @param {number} delayMs
 */
async function makeJobs(backend, sort, task, queues, delayMs) {
  await backend.jobs.enqueue({
    jobs: queues.map((queue) => ({
      ...{ id: `${sort}-${queue}`, task, queue, priority: 3, headers: null, deadline: null, maxTries: null },
      ...{ uniqueKey: null, tick: null, parents: [], due: { inMs: delayMs } },
      payload: { json: JSON.stringify({ to: `somebody@${queue}.example.com`, subject: 'x'.repeat(48) }), note: null },
    })),
  })
}

/**
 * Copies the job of one sort in each queue, its body and its other part.
 * @param {{ client: Client, schema: string, sort: string, each: number, say: (text: string) => void }} given
 * @param {'live' | 'outcomes'} part
 * @param {Readonly<Record<string, string>>} instants columns that differ from row to row
 */
async function copyJobs({ client, schema, sort, each, say }, part, instants) {
  const { rows } = await client.query(`SELECT count(*)::int AS kinds FROM ${schema}.bodies WHERE id LIKE '${sort}-%'`)
  const kinds = /** @type {{ kinds: number }[]} */ (rows)[0]?.kinds ?? 1
  const step = Math.min(each, COPY_ROWS / kinds)
  const due = { enqueued_at: 'now_ms', due_at: instants['due_at'] ?? 'now_ms' }
  // Jobs of all kinds take turns, as they came.
  const seq = `(block + (n * ${kinds} + kind_no) / ${JOBS_OF_BLOCK}) * ${BLOCK} + (n * ${kinds} + kind_no) % ${JOBS_OF_BLOCK} + 1`
  const [bodies, others] = await Promise.all([
    columnsOf(client, schema, 'bodies', { ...due, seq, id: `to_char(${seq}, 'FM000000000000000') || '-${sort}'` }),
    columnsOf(client, schema, part, { ...instants, seq }),
  ])
  const first = await reserve(client, schema, each * kinds)
  const now = `(extract(epoch FROM now()) * 1000)::bigint AS now_ms, ${first}::bigint AS block`
  const from = (
    /** @type {string} */ table,
    /** @type {number} */ at,
  ) => `FROM generate_series(${at}, ${at + step - 1}) n,
    (SELECT t.*, row_number() OVER (ORDER BY b.id) - 1 AS kind_no FROM ${schema}.${table} t JOIN ${schema}.bodies b ON b.seq = t.seq
      WHERE b.id LIKE '${sort}-%') t, (SELECT ${now}) c ORDER BY n, kind_no`
  for (let at = 0; at < each; at += step) {
    await client.query(`INSERT INTO ${schema}.bodies(${bodies.names}) SELECT ${bodies.values} ${from('bodies', at)}`)
    await client.query(`INSERT INTO ${schema}.${part}(${others.names}) SELECT ${others.values} ${from(part, at)}`)
  }
  const slots =
    part === 'live'
      ? [[1, each, each]]
      : [
          [1, 0, each],
          [2, 0, each],
          [3, each, each],
        ]
  for (const [slot, count, total] of slots)
    await client.query(`INSERT INTO ${schema}.deltas(slot, count, total)
      SELECT b.kind * 8 + ${slot}, ${count}, ${total} FROM ${schema}.bodies b WHERE b.id LIKE '${sort}-%'`)
  say(`${(each * kinds).toLocaleString('en-US')} ${sort}`)
}

/**
 * The columns of a table, each copied or made.
 * @param {Client} client
 * @param {string} schema
 * @param {string} table
 * @param {Readonly<Record<string, string>>} made
 */
async function columnsOf(client, schema, table, made) {
  const { rows } = await client.query(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = '${schema}.${table}'::regclass AND attnum > 0 AND NOT attisdropped`,
  )
  const names = /** @type {{ name: string }[]} */ (rows).map(({ name }) => name)
  return { names: names.join(', '), values: names.map((name) => made[name] ?? `t.${name}`).join(', ') }
}

/**
 * Numbers for so many jobs.
 * @param {Client} client
 * @param {string} schema
 * @param {number} jobs
 */
async function reserve(client, schema, jobs) {
  const blocks = Math.ceil(jobs / JOBS_OF_BLOCK) + 1
  const { rows } = await client.query(
    `SELECT setval('${schema}.blocks', nextval('${schema}.blocks') + ${blocks}) - ${blocks} AS first`,
  )
  return Number(/** @type {{ first: string }[]} */ (rows)[0]?.first)
}
