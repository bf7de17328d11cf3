/**
 * What is measured on PostgreSQL, with whom, and how much of it: five rounds in a quarter of an hour. Sizes are cut where a rate is steady
 * long before, above all those of peers that take a second for what the others do in a tenth; rounds are not.
 */

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
    options: { jobs: 1000 },
    quick: { jobs: 500 },
  },
  {
    name: 'enqueue-in-flight',
    title: 'enqueue, 100 in flight',
    scenario: 'enqueueInFlight',
    subjects: PRODUCERS,
    options: { jobs: 150_000, callers: 100 },
    // They store each job in a commit of its own.
    own: { graphile: { jobs: 2000 }, 'pg-boss': { jobs: 2000 } },
    quick: { jobs: 50_000 },
  },
  {
    name: 'enqueue-batches',
    title: 'enqueue, batches of 1,000',
    scenario: 'enqueueBatches',
    subjects: PRODUCERS,
    options: { jobs: 100_000, batch: 1000 },
    quick: { jobs: 50_000 },
  },
  {
    ...backlogEntry('process-100k', 'process a backlog of 100,000', { jobs: 100_000 }, { jobs: 50_000 }),
    subjects: [...ALL, 'floor-fused'],
  },
  // To fill the stores of the peers, and to copy them, would take longer than all the rest.
  {
    ...backlogEntry('process-1m', 'process 100,000 of 1,000,000', { jobs: 1_000_000 }, { jobs: 100_000 }),
    subjects: ['rota', 'floor'],
  },
  {
    ...backlogEntry(
      'process-delayed',
      'process 100,000 beside 300,000 delayed',
      { jobs: 100_000, delayed: 300_000 },
      { jobs: 50_000, delayed: 100_000 },
    ),
    subjects: ['rota', 'floor'],
  },
  {
    name: 'latency',
    title: 'idle: enqueue to handler start',
    scenario: 'idleLatency',
    subjects: ['rota', 'floor', 'graphile', 'pg-boss'],
    options: { jobs: 150, pauseMs: [7, 23] },
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
    // Those that matter, a million waiting and ten million finished, take half an hour to fill: `npm run prove postgres-full-store`.
    title: 'claim of 50 beside 100,000 waiting, 100,000 delayed, 300,000 finished',
    scenario: 'claimGrowth',
    subjects: ['rota'],
    options: { waiting: 100_000, delayed: 100_000, finished: 300_000 },
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
    own: { graphile: { take: 3000 } },
    quick: { take: Math.min(take, quickBacklog.jobs) },
    backlog,
    quickBacklog,
  }
}
