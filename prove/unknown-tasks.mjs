import { join } from 'node:path'
import { sqlite } from 'rota/sqlite'
import { median, quantile } from '../bench/statistics.mjs'
import { finding } from './kit/proof.mjs'

/** Jobs of the task that the worker knows, in both stores. */
const KNOWN = 20_000

/** From the work order. */
const RATIO_MAX = 1.5

/** Jobs of one claim, as a busy worker asks for them. */
const CLAIM_ITEMS = 50

/** None of them ends meanwhile, however slow the machine is. */
const LEASE_MS = 3_600_000

/** @typedef {import('rota/port').Backend<unknown>} Backend */

/** @type {import('./kit/proof.mjs').Proof} */
export const unknownTasks = {
  claims:
    'a million jobs of a task that this worker does not know lie ahead: a claim takes at most 1.5 x as long as without them',
  takes: '30 seconds, 1 process, 400 MB of disk',
  options: {
    jobs: { default: 1_000_000, says: 'jobs of the unknown task, enqueued first and into the same queue' },
    untimed: { default: false, says: 'judge what claims find, not how long they take' },
  },
  short: { jobs: 50_000, untimed: true },

  async prove({ numbers: { jobs = 0 }, switches: { untimed = false }, folder, say }) {
    const empty = sqlite({ file: join(folder, 'empty.db') })
    const behind = sqlite({ file: join(folder, 'behind.db') })
    await Promise.all([empty.open(), behind.open()])
    try {
      await fill(behind, 'prove:unknown', jobs)
      say(`${jobs} jobs of an unknown task are there`)
      await fill(behind, 'prove:known', KNOWN)
      await fill(empty, 'prove:known', KNOWN)
      return judge(await claimInTurns(empty, behind), { untimed })
    } finally {
      await Promise.all([empty.close(), behind.close()])
    }
  },
}

/**
 * @param {Record<'empty' | 'behind', Claims>} claims
 * @param {{ untimed: boolean }} options
 * @returns {import('./kit/proof.mjs').Verdict}
 */
function judge({ empty, behind }, { untimed }) {
  const ratio = median(behind.fullMs) / median(empty.fullMs)
  const idleRatio = median(behind.idleMs) / median(empty.idleMs)
  const timed = [
    finding(`p50 of a claim behind them <= ${RATIO_MAX} x`, ratio <= RATIO_MAX, `${ratio.toFixed(2)} x`),
    finding(`p50 of a claim that finds nothing <= ${RATIO_MAX} x`, idleRatio <= RATIO_MAX, `${idleRatio.toFixed(2)} x`),
  ]
  return {
    figures: {
      'claims of each store': empty.fullMs.length,
      [`claim of ${CLAIM_ITEMS}, empty`]: spread(empty.fullMs),
      [`claim of ${CLAIM_ITEMS}, behind`]: spread(behind.fullMs),
      'claim of none, empty': spread(empty.idleMs),
      'claim of none, behind': spread(behind.idleMs),
    },
    findings: [
      finding(
        'every known job was claimed',
        behind.jobs === KNOWN && empty.jobs === KNOWN,
        `${empty.jobs}, ${behind.jobs}`,
      ),
      finding('every claim was full, the first one too', behind.short === 0, `${behind.short} were not`),
      ...(untimed ? [] : timed),
    ],
  }
}

/** `short`: claims that came back with fewer jobs than they could have had. @typedef {{ jobs: number, short: number, fullMs: number[], idleMs: number[] }} Claims */

/**
 * Claims from both stores in turns, so that whatever else the machine does hits both, until both have no known job left.
 * @param {Backend} empty
 * @param {Backend} behind
 */
async function claimInTurns(empty, behind) {
  const claims = { empty: noClaims(), behind: noClaims() }
  const tasks = ['prove:known']
  for (let turn = 0; turn < KNOWN / CLAIM_ITEMS; turn++) {
    await timedClaim(empty, tasks, claims.empty, 'fullMs')
    await timedClaim(behind, tasks, claims.behind, 'fullMs')
  }
  for (let turn = 0; turn < 200; turn++) {
    await timedClaim(empty, tasks, claims.empty, 'idleMs')
    await timedClaim(behind, tasks, claims.behind, 'idleMs')
  }
  return claims
}

/** @returns {Claims} */
const noClaims = () => ({ jobs: 0, short: 0, fullMs: [], idleMs: [] })

/**
 * @param {Backend} backend
 * @param {readonly string[]} tasks
 * @param {Claims} claims
 * @param {'fullMs' | 'idleMs'} kind
 */
async function timedClaim(backend, tasks, claims, kind) {
  const startedAt = performance.now()
  const { leases } = await backend.jobs.claim({
    workerId: 'prover',
    leaseMs: LEASE_MS,
    queues: [{ queue: 'default', limit: CLAIM_ITEMS }],
    tasks,
    limit: CLAIM_ITEMS,
    suspects: false,
    from: 'highest',
  })
  claims[kind].push(performance.now() - startedAt)
  claims.jobs += leases.length
  if (kind === 'fullMs' && leases.length < CLAIM_ITEMS) claims.short += 1
}

/**
 * @param {Backend} backend
 * @param {string} task
 * @param {number} count
 */
async function fill(backend, task, count) {
  const batch = Math.min(1000, backend.limits.enqueueItems)
  for (let from = 0; from < count; from += batch) {
    const jobs = Array.from({ length: Math.min(batch, count - from) }, (_, index) => newJob(task, from + index))
    await backend.jobs.enqueue({ jobs })
  }
}

/**
 * @param {string} task
 * @param {number} n
 * @returns {import('rota/port').NewJob}
 */
function newJob(task, n) {
  return {
    id: `${task}-${n}`,
    task,
    queue: 'default',
    priority: 3,
    payload: { json: JSON.stringify({ n }), note: null },
    headers: null,
    due: { inMs: 0 },
    deadline: null,
    maxTries: null,
    uniqueKey: null,
    tick: null,
    parents: [],
  }
}

/** @param {readonly number[]} values */
const spread = (values) => `p50 ${median(values).toFixed(3)} ms, p99 ${quantile(values, 0.99).toFixed(3)} ms`
