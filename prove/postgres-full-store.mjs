import pg from 'pg'
import { postgres } from 'rota/postgres'
import { median, quantile } from '../bench/statistics.mjs'
import { fillSchema } from './kit/full-schema.mjs'
import { stepsOf, TELL_PLANS } from './kit/plans.mjs'
import { withPostgres } from './kit/postgres-server.mjs'
import { finding, none } from './kit/proof.mjs'

const TASK = 'prove:full'
const QUEUES = Array.from({ length: 10 }, (_, at) => `queue-${at}`)
const CLAIM_ITEMS = 50
const LEASE_MS = 600_000

/** From the work order. */
const FACTOR_MAX = 1.5
const READ_MS_MAX = 50

/** The median of so many p99: one pause of the machine is in one of them. */
const ROUNDS = 7
const READS = 20

/** Tables that grow with the jobs. */
const BIG = new Set(['bodies', 'live', 'outcomes', 'uniques'])
const BY_INDEX = new Set(['Index Scan', 'Index Only Scan', 'Tid Scan'])

/** A claim reads what it takes and a few steps of each lane, whatever lies behind. */
const ROWS_MAX = 20 * CLAIM_ITEMS

/** @typedef {import('rota/port').Backend<unknown>} Backend */

/** @typedef {{ readonly what: string, readonly ms: number, readonly worstMs: number }} Read */

/** @type {import('./kit/proof.mjs').Proof} */
export const postgresFullStore = {
  claims:
    'claims from a PostgreSQL store with millions of waiting, delayed and finished jobs cost what they cost in an empty one, and looking at it takes no time',
  takes: 'ten minutes, 8 GB of disk, one process and a server',
  options: {
    waiting: { default: 1_000_000, says: 'jobs that are due' },
    delayed: { default: 1_000_000, says: 'jobs that are due later' },
    finished: { default: 10_000_000, says: 'jobs on record as completed' },
    claims: { default: 300, says: `claims of ${CLAIM_ITEMS} jobs in each of ${ROUNDS} rounds` },
  },
  short: { waiting: 100_000, delayed: 100_000, finished: 200_000, claims: 100 },

  async prove({ numbers: { waiting = 0, delayed = 0, finished = 0, claims = 0 }, folder, say }) {
    // Nothing but the tables themselves: no statistics, and nobody who cleans up.
    const settings = ['autovacuum=off', 'max_wal_size=8GB', 'checkpoint_timeout=1h']
    return withPostgres({ folder, settings }, async ({ url }) => {
      const client = new pg.Client({ connectionString: url })
      const full = postgres({ url, schema: 'full_store' })
      const empty = postgres({ url, schema: 'empty_store' })
      await Promise.all([client.connect(), full.open(), empty.open()])
      try {
        const place = { backend: full, client, schema: 'full_store', task: TASK, queues: QUEUES }
        await fillSchema(place, { waiting, delayed, finished }, say)
        await client.query('CHECKPOINT')
        const plans = await watchClaim(url)
        const before = await measureReads(full)
        const rounds = []
        for (let round = 0; round < ROUNDS; round++) {
          rounds.push(await measureClaims({ full, empty }, claims))
          say(`p99 ${rounds.map((one) => (one.full / one.empty).toFixed(2)).join(', ')} x`)
        }
        await client.query('ANALYZE')
        const analyzed = await watchClaim(url)
        const after = await measureReads(full)
        return judge({ plans, analyzed, rounds, reads: [...before, ...after], counts: await full.inspector.counts({}) })
      } finally {
        await Promise.all([client.end(), full.close(), empty.close()])
      }
    })
  },
}

/**
 * The steps of the plans of one claim, on a connection that tells them.
 * @param {string} url
 */
async function watchClaim(url) {
  const pool = new pg.Pool({ connectionString: url, options: TELL_PLANS })
  /** @type {import('./kit/plans.mjs').Step[]} */
  const steps = []
  pool.on('connect', (client) => {
    client.on('notice', ({ message }) => steps.push(...stepsOf(message ?? '')))
  })
  const backend = postgres({ pool, schema: 'full_store', listen: false })
  await backend.open()
  try {
    // The first claim of a connection learns the numbers of queues, and plans for these values alone.
    for (let turn = 0; turn < 7; turn++) await claim(backend)
    steps.length = 0
    await claim(backend)
    return [...steps]
  } finally {
    await backend.close()
    await pool.end()
  }
}

/** @param {Backend} backend */
async function claim(backend) {
  const { leases } = await backend.jobs.claim({
    ...{ workerId: 'prove', leaseMs: LEASE_MS, tasks: [TASK], limit: CLAIM_ITEMS, suspects: false, from: 'highest' },
    queues: QUEUES.map((queue) => ({ queue, limit: CLAIM_ITEMS })),
  })
  if (leases.length !== CLAIM_ITEMS) throw new Error(`claim: expected ${CLAIM_ITEMS} jobs, got ${leases.length}`)
  return leases
}

let made = 0

/**
 * p99 of claims in both stores, in turns so that both meet the same machine. Both get as many jobs as are taken, so one stays empty.
 * @param {{ full: Backend, empty: Backend }} stores
 * @param {number} claims
 */
async function measureClaims(stores, claims) {
  const ms = { full: /** @type {number[]} */ ([]), empty: /** @type {number[]} */ ([]) }
  for (let turn = 0; turn < claims; turn++) {
    for (const name of turn % 2 === 0
      ? /** @type {const} */ (['full', 'empty'])
      : /** @type {const} */ (['empty', 'full'])) {
      const store = stores[name]
      await store.jobs.enqueue({ jobs: Array.from({ length: CLAIM_ITEMS }, newJob) })
      const startedAt = performance.now()
      const leases = await claim(store)
      ms[name].push(performance.now() - startedAt)
      await store.jobs.settle({
        settlements: leases.map(({ receipt }) => ({ kind: 'complete', receipt, result: null })),
      })
    }
  }
  return {
    full: quantile(ms.full, 0.99),
    empty: quantile(ms.empty, 0.99),
    fullP50: median(ms.full),
    emptyP50: median(ms.empty),
  }
}

/**
 * @param {unknown} _
 * @param {number} at
 * @returns {import('rota/port').NewJob}
 */
function newJob(_, at) {
  made += 1
  const queue = QUEUES[at % QUEUES.length] ?? ''
  return {
    ...{ id: `measured-${made}`, task: TASK, queue, priority: 3, headers: null, deadline: null, maxTries: null },
    ...{ uniqueKey: null, tick: null, parents: [], due: { inMs: 0 }, payload: { json: '{"n":1}', note: null } },
  }
}

/**
 * How long some calls of each sort take.
 * @param {Backend} backend
 * @returns {Promise<readonly Read[]>}
 */
async function measureReads(backend) {
  const { inspector, control, locks, schedules } = backend
  // A worker does that every other second; the jobs are younger than retention lets them become.
  await backend.maintenance.tick({})
  const page = { limit: 20, after: null }
  const { next } = await inspector.list({ state: 'completed', ...page })
  /** @type {Record<string, () => Promise<unknown>>} */
  const reads = {
    'list pending': () => inspector.list({ state: 'pending', ...page }),
    'list completed': () => inspector.list({ state: 'completed', ...page }),
    'list running': () => inspector.list({ state: 'running', ...page }),
    'list failed': () => inspector.list({ state: 'failed', ...page }),
    'list one queue': () => inspector.list({ state: 'completed', queue: 'queue-3', ...page }),
    'list one task': () => inspector.list({ state: 'pending', task: TASK, ...page }),
    'list, second page': () => inspector.list({ state: 'completed', ...page, after: next }),
    counts: () => inspector.counts({}),
    info: () =>
      Promise.all([
        ...[inspector.describe({}), inspector.counts({}), inspector.lag({}), control.listQueues({})],
        ...[control.listNodes({}), locks.list({}), schedules.list({ after: null, limit: 1000 })],
      ]),
  }
  /** @type {Read[]} */
  const seen = []
  for (const [what, read] of Object.entries(reads)) {
    /** @type {number[]} */
    const ms = []
    for (let turn = 0; turn < READS; turn++) {
      const startedAt = performance.now()
      await read()
      ms.push(performance.now() - startedAt)
    }
    seen.push({ what, ms: median(ms), worstMs: Math.max(...ms) })
  }
  return seen
}

/**
 * @typedef {object} Seen
 * @property {readonly import('./kit/plans.mjs').Step[]} plans
 * @property {readonly import('./kit/plans.mjs').Step[]} analyzed
 * @property {readonly { readonly full: number, readonly empty: number, readonly fullP50: number, readonly emptyP50: number }[]} rounds
 * @property {readonly Read[]} reads
 * @property {readonly import('rota/port').CountRecord[]} counts
 */

/**
 * @param {Seen} seen
 * @returns {import('./kit/proof.mjs').Verdict}
 */
function judge({ plans, analyzed, rounds, reads, counts }) {
  const factor = median(rounds.map(({ full, empty }) => full / empty))
  const steps = [...plans, ...analyzed]
  const ofBig = steps.filter(({ table }) => table !== null && BIG.has(table))
  const slow = reads.filter(({ ms }) => ms >= READ_MS_MAX)
  const ms = (/** @type {'full' | 'empty' | 'fullP50' | 'emptyP50'} */ key) =>
    median(rounds.map((round) => round[key])).toFixed(2)
  const sum = (/** @type {string} */ state) =>
    counts.filter((one) => one.state === state).reduce((total, { count }) => total + count, 0)
  return {
    figures: {
      jobs: `${sum('pending')} pending, ${sum('completed')} completed, ${sum('running')} running`,
      'claim, full store': `p50 ${ms('fullP50')} ms, p99 ${ms('full')} ms`,
      'claim, empty store': `p50 ${ms('emptyP50')} ms, p99 ${ms('empty')} ms`,
      'steps of a claim': summary(plans),
      ...Object.fromEntries(
        reads.map(({ what, ms, worstMs }, at) => [
          `${what}${at < reads.length / 2 ? '' : ', analyzed'}`,
          `${ms.toFixed(1)} ms, ${worstMs.toFixed(1)} at most`,
        ]),
      ),
    },
    findings: [
      finding('plans were seen', ofBig.length > 0, ofBig.length),
      none(
        'steps of a claim that read a table that grows without its index',
        ofBig.filter(({ step }) => !BY_INDEX.has(step)),
      ),
      none(
        `steps of a claim that meet more than ${ROWS_MAX} rows, sorts included`,
        steps.filter(({ rows }) => rows > ROWS_MAX),
      ),
      finding(`claim p99 <= ${FACTOR_MAX} x of an empty store`, factor <= FACTOR_MAX, `${factor.toFixed(2)} x`),
      none(`reads that take ${READ_MS_MAX} ms or more`, slow),
    ],
  }
}

/** @param {readonly import('./kit/plans.mjs').Step[]} steps */
function summary(steps) {
  /** @type {Map<string, number>} */
  const rows = new Map()
  for (const { step, table, rows: met } of steps) {
    const name = table === null ? step : `${step} on ${table}`
    rows.set(name, (rows.get(name) ?? 0) + met)
  }
  return [...rows].map(([name, met]) => `${name} ${met}`).join(', ')
}
