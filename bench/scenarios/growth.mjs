/**
 * What a claim costs in a store that is full of jobs that wait, that are delayed and that are finished, beside one of 20,000 jobs.
 * Asked of the port, so that nothing but the store is measured; in turns, so that both see the same machine.
 */
import { backendAt } from '../backend.mjs'
import { QUEUES } from '../jobs.mjs'
import { median, quantile } from '../statistics.mjs'

const SMALL = 20_000
const CLAIM_ITEMS = 50
const CLAIMS = 300
const BATCH = 1000
const DELAY_MS = 3_600_000
const LEASE_MS = 600_000
const tasks = ['bench:mail']
const queues = Array.from({ length: QUEUES }, (_, queue) => ({ queue: `queue-${queue}`, limit: BATCH }))

/** @typedef {import('../backend.mjs').Backend} Backend */

/**
 * @param {{ place: import('../subject.mjs').Place }} measurement
 * @param {{ waiting: number, delayed: number, finished: number }} options
 */
export async function claimGrowth({ place }, { waiting, delayed, finished }) {
  const small = await backendAt(place, 'small')
  const large = await backendAt(place, 'large')
  await Promise.all([small.open(), large.open()])
  await enqueue(small, SMALL, 0)
  await finish(large, finished)
  await enqueue(large, delayed, DELAY_MS)
  await enqueue(large, waiting, 0, finished)
  /** @type {number[]} */
  const smallMs = []
  /** @type {number[]} */
  const largeMs = []
  for (let turn = 0; turn < CLAIMS; turn++) {
    smallMs.push(await timedClaim(small))
    largeMs.push(await timedClaim(large))
  }
  await Promise.all([small.close(), large.close()])
  return {
    smallP50Ms: median(smallMs),
    smallP99Ms: quantile(smallMs, 0.99),
    largeP50Ms: median(largeMs),
    largeP99Ms: quantile(largeMs, 0.99),
    ratio: median(largeMs) / median(smallMs),
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
  }
}

/** @param {Backend} backend */
async function timedClaim(backend) {
  const startedAt = performance.now()
  const { leases } = await claim(backend, CLAIM_ITEMS)
  const ms = performance.now() - startedAt
  if (leases.length !== CLAIM_ITEMS) throw new Error(`claim: expected ${CLAIM_ITEMS} jobs, got ${leases.length}`)
  return ms
}

/**
 * @param {Backend} backend
 * @param {number} limit
 */
function claim(backend, limit) {
  return backend.jobs.claim({
    workerId: 'bench',
    leaseMs: LEASE_MS,
    queues,
    tasks,
    limit,
    suspects: false,
    from: 'highest',
  })
}

/**
 * Jobs that have been through their whole life. Nobody prunes here: retention is what keeps a real store smaller.
 * @param {Backend} backend
 * @param {number} count
 */
async function finish(backend, count) {
  for (let done = 0; done < count;) {
    await enqueue(backend, BATCH, 0, done)
    const { leases } = await claim(backend, Math.min(BATCH, backend.limits.claimItems))
    const settlements = leases.map(({ receipt }) => /** @type {const} */ ({ kind: 'complete', receipt, result: null }))
    await backend.jobs.settle({ settlements })
    done += leases.length
  }
}

/**
 * @param {Backend} backend
 * @param {number} count
 * @param {number} delayMs
 * @param {number} [first]
 */
async function enqueue(backend, count, delayMs, first = 0) {
  const batch = Math.min(BATCH, backend.limits.enqueueItems)
  for (let from = 0; from < count; from += batch) {
    const jobs = Array.from({ length: Math.min(batch, count - from) }, (_, index) =>
      newJob(first + from + index, delayMs),
    )
    await backend.jobs.enqueue({ jobs })
  }
}

/**
 * @param {number} n
 * @param {number} delayMs
 * @returns {import('rota/port').NewJob}
 */
function newJob(n, delayMs) {
  return {
    id: `${delayMs}-${n.toString().padStart(12, '0')}`,
    task: 'bench:mail',
    queue: `queue-${n % QUEUES}`,
    priority: n % 2 === 0 ? 2 : 4,
    payload: {
      json: JSON.stringify({ n, to: `customer-${n}@example.com`, subject: 'Your invoice of this month is here' }),
      note: null,
    },
    headers: null,
    due: { inMs: delayMs },
    deadline: null,
    maxTries: null,
    uniqueKey: null,
    tick: null,
    parents: [],
  }
}
