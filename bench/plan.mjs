/**
 * What is measured on SQLite, with whom, and how much of it. Sizes are the smallest that gave a spread under a tenth on a quiet machine.
 */

/** @typedef {'rota' | 'floor' | 'floor-500' | 'plainjob' | 'floor-fused' | 'graphile' | 'graphile-best' | 'pg-boss'} SubjectName */

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} title what a reader of the table is told
 * @property {string} scenario
 * @property {readonly SubjectName[]} subjects
 * @property {Record<string, unknown>} options
 * @property {Partial<Record<SubjectName, Record<string, unknown>>>} [own] options for one subject only
 * @property {Record<string, unknown>} quick options of a quick run
 * @property {{ jobs: number, delayed?: number }} [backlog] what is in the store before
 * @property {{ jobs: number, delayed?: number }} [quickBacklog]
 * @property {number} [writers] so many processes at the same time on one file, and a bystander without one
 * @property {number} [rounds] at most so many, where one takes long and is steady by itself
 */

const ALL = /** @type {const} */ (['rota', 'floor', 'plainjob'])

/** @type {readonly Entry[]} */
export const plan = [
  {
    name: 'enqueue-single',
    title: 'enqueue, one at a time',
    scenario: 'enqueueSingle',
    subjects: ALL,
    options: { jobs: 4000 },
    quick: { jobs: 1000 },
  },
  {
    name: 'enqueue-in-flight',
    title: 'enqueue, 100 in flight',
    scenario: 'enqueueInFlight',
    subjects: ALL,
    options: { jobs: 200_000, callers: 100 },
    quick: { jobs: 50_000, callers: 100 },
  },
  {
    name: 'enqueue-batches',
    title: 'enqueue, batches of 1,000',
    scenario: 'enqueueBatches',
    subjects: ALL,
    options: { jobs: 300_000, batch: 1000 },
    quick: { jobs: 50_000, batch: 1000 },
  },
  backlogEntry('process-10k', 'process a backlog of 10,000', { jobs: 10_000 }, { jobs: 10_000 }, 10_000),
  {
    ...backlogEntry('process-100k', 'process a backlog of 100,000', { jobs: 100_000 }, { jobs: 50_000 }, 100_000),
    subjects: [...ALL, 'floor-500'],
  },
  backlogEntry('process-1m', 'process 100,000 of 1,000,000', { jobs: 1_000_000 }, { jobs: 100_000 }, 100_000),
  backlogEntry(
    'process-delayed',
    'process 100,000 beside 1,000,000 delayed',
    { jobs: 100_000, delayed: 1_000_000 },
    { jobs: 50_000, delayed: 100_000 },
    100_000,
  ),
  {
    name: 'latency',
    title: 'idle: enqueue to handler start',
    scenario: 'idleLatency',
    subjects: ALL,
    // The first jobs of a process are the slowest: with 300 of them the third worst of all is one of those.
    options: { jobs: 1000, pauseMs: [7, 23] },
    // plainjob looks once a second: a short pause would always hit the same moment of its sleep.
    own: { plainjob: { jobs: 15, pauseMs: [0, 1000] } },
    quick: { jobs: 50 },
  },
  {
    name: 'lag',
    title: 'event-loop lag while four processes write one file',
    scenario: 'writerLag',
    subjects: ['rota'],
    options: { lengthMs: 10_000, group: 10, pauseMs: 10 },
    quick: { lengthMs: 3000 },
    writers: 4,
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
 * @param {{ jobs: number, delayed?: number }} backlog
 * @param {{ jobs: number, delayed?: number }} quickBacklog
 * @param {number} take
 * @returns {Entry}
 */
function backlogEntry(name, title, backlog, quickBacklog, take) {
  const slow = Math.min(take, 20_000)
  return {
    name,
    title,
    scenario: 'processBacklog',
    subjects: ALL,
    options: { take },
    // plainjob needs ten seconds for what the others do in one, and its rate does not change on the way.
    own: { plainjob: { take: slow } },
    quick: { take: Math.min(take, quickBacklog.jobs) },
    backlog,
    quickBacklog,
  }
}
