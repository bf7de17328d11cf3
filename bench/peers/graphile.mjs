/**
 * graphile-worker 0.17, as it comes and with its best setting for a backlog of quick jobs: a local queue of 3,000 (500 is half as
 * fast), completions in batches, more jobs at a time. Its named queues run one job at a time, so none is named: its best case.
 */
import { Logger, makeWorkerUtils, run } from 'graphile-worker'

const TASK = 'bench'
const logger = new Logger(() => () => {})

const BEST = { concurrentJobs: 24, localQueue: { size: 3000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }

export const graphile = makeSubject('graphile', {})
export const graphileBest = makeSubject('graphile-best', BEST)

/**
 * @param {string} name
 * @param {Record<string, unknown>} settings
 * @returns {import('../subject.mjs').SubjectDefinition}
 */
function makeSubject(name, settings) {
  return { name, durability: 'every commit is synced', open: ({ url }) => open(String(url), settings) }
}

/**
 * @param {string} url
 * @param {Record<string, unknown>} settings
 * @returns {Promise<import('../subject.mjs').Subject>}
 */
async function open(url, settings) {
  const preset = { worker: { connectionString: url, ...settings } }
  const utils = await makeWorkerUtils({ preset, logger })
  await utils.migrate()
  return {
    enqueue: (job) => utils.addJob(TASK, job.payload, optionsOf(job, 0)),
    enqueueAll: (jobs, { delayMs = 0 } = {}) =>
      utils.addJobs(
        jobs.map((job) => ({ identifier: TASK, payload: job.payload, ...optionsOf(job, delayMs) })),
        false,
      ),
    work: async (handler) => {
      const taskList = { [TASK]: async (/** @type {any} */ payload) => handler(payload) }
      const runner = await run({ preset, logger, taskList, noHandleSignals: true })
      return () => runner.stop()
    },
    close: async () => utils.release(),
  }
}

/**
 * @param {import('../jobs.mjs').Job} job
 * @param {number} delayMs
 */
function optionsOf({ priority, unique }, delayMs) {
  return {
    priority,
    ...(unique === undefined ? {} : { jobKey: unique }),
    ...(delayMs === 0 ? {} : { runAt: new Date(Date.now() + delayMs) }),
  }
}
