/** What is measured on PostgreSQL, with whom, and how much of it. */

/** @typedef {import('./plan.mjs').Entry} Entry */

const ALL = /** @type {const} */ (['rota', 'floor', 'graphile', 'graphile-best', 'pg-boss'])
/** One setting of graphile-worker is for workers only. */
const PRODUCERS = /** @type {const} */ (['rota', 'floor', 'graphile', 'pg-boss'])

/** @type {readonly Entry[]} */
export const plan = [
  {
    name: 'enqueue-single',
    title: 'enqueue, one at a time',
    scenario: 'enqueueSingle',
    subjects: PRODUCERS,
    options: { jobs: 2000 },
    quick: { jobs: 500 },
  },
  {
    name: 'enqueue-in-flight',
    title: 'enqueue, 100 in flight',
    scenario: 'enqueueInFlight',
    subjects: PRODUCERS,
    options: { jobs: 200_000, callers: 100 },
    // They store each job in a commit of its own.
    own: { graphile: { jobs: 4000 }, 'pg-boss': { jobs: 4000 } },
    quick: { jobs: 50_000 },
  },
  {
    name: 'enqueue-batches',
    title: 'enqueue, batches of 1,000',
    scenario: 'enqueueBatches',
    subjects: PRODUCERS,
    options: { jobs: 200_000, batch: 1000 },
    quick: { jobs: 50_000 },
  },
  {
    ...backlogEntry('process-100k', 'process a backlog of 100,000', { jobs: 100_000 }, { jobs: 50_000 }),
    subjects: [...ALL, 'floor-fused'],
  },
  backlogEntry('process-1m', 'process 100,000 of 1,000,000', { jobs: 1_000_000 }, { jobs: 100_000 }),
  {
    ...backlogEntry(
      'process-delayed',
      'process 100,000 beside 1,000,000 delayed',
      { jobs: 100_000, delayed: 1_000_000 },
      { jobs: 50_000, delayed: 100_000 },
    ),
    subjects: ['rota', 'floor'],
  },
  {
    name: 'latency',
    title: 'idle: enqueue to handler start',
    scenario: 'idleLatency',
    subjects: ['rota', 'floor', 'graphile', 'pg-boss'],
    options: { jobs: 300, pauseMs: [7, 23] },
    quick: { jobs: 100 },
  },
  {
    name: 'idle',
    title: 'idle node: a worker with nothing to do',
    scenario: 'idleNode',
    subjects: ['rota'],
    options: { lengthMs: 60_000, scheduler: false },
    quick: { lengthMs: 20_000 },
    rounds: 1,
  },
  {
    name: 'idle-both',
    title: 'idle worker and scheduler in one process, two nodes',
    scenario: 'idleNode',
    subjects: ['rota'],
    options: { lengthMs: 60_000, scheduler: true },
    quick: { lengthMs: 20_000 },
    rounds: 1,
  },
  {
    name: 'growth',
    title: 'claim of 50 beside 1 M waiting, 1 M delayed, 10 M finished',
    scenario: 'claimGrowth',
    subjects: ['rota'],
    options: { waiting: 1_000_000, delayed: 1_000_000, finished: 10_000_000 },
    quick: { waiting: 50_000, delayed: 50_000, finished: 50_000 },
    rounds: 1,
  },
]

/**
 * @param {string} name
 * @param {string} title
 * @param {import('./rounds.mjs').Backlog} backlog
 * @param {import('./rounds.mjs').Backlog} quickBacklog
 * @returns {Entry}
 */
function backlogEntry(name, title, backlog, quickBacklog) {
  const take = 100_000
  return {
    name,
    title,
    scenario: 'processBacklog',
    subjects: ALL,
    options: { take },
    // As it comes graphile-worker needs a minute for what the others do in seconds, and its rate does not change on the way.
    own: { graphile: { take: 5000 } },
    quick: { take: Math.min(take, quickBacklog.jobs) },
    backlog,
    quickBacklog,
  }
}
