/**
 * rota as it comes: every setting is the default. Ten lanes (five queues of one task each, two priorities), unique
 * keys, retries, events and history are on.
 */
import { createRota, task } from 'rota'
import { QUEUES } from '../jobs.mjs'

/** @typedef {import('../jobs.mjs').Job} Job */
/** @typedef {import('../jobs.mjs').Payload} Payload */

/** @type {readonly import('rota').TaskDefinition<Payload>[]} */
const tasks = Array.from({ length: QUEUES }, (_, queue) => task(`bench:mail-${queue}`, { queue: `queue-${queue}` }))

/** @type {import('../subject.mjs').SubjectDefinition} */
export const rotaSqlite = {
  name: 'rota',
  durability: 'WAL, synchronous=FULL (as it comes)',
  open: ({ file }) => open(`sqlite:${file}`),
}

/** @type {import('../subject.mjs').SubjectDefinition} */
export const rotaPostgres = {
  name: 'rota',
  durability: 'every commit is synced',
  open: ({ url }) => open(String(url)),
}

/**
 * @param {string} url
 * @returns {Promise<import('../subject.mjs').Subject>}
 */
async function open(url) {
  /** @type {(payload: Payload) => void} */
  let run = () => {}
  const running = tasks.map((one) => one.handle((payload) => run(payload)))
  const system = createRota({ url, tasks: running })
  // Opening the store is not what is measured.
  await system.counts()
  return {
    enqueue: (job) => system.enqueue(taskOf(job), job.payload, optionsOf(job, 0)),
    enqueueAll: (jobs, { delayMs = 0 } = {}) =>
      system.enqueue(jobs.map((job) => taskOf(job).with(job.payload, optionsOf(job, delayMs)))),
    work: async (handler) => {
      run = handler
      const worker = await system.startWorker()
      return async () => {
        await worker.stop()
      }
    },
    close: () => system.close(),
  }
}

/** @param {Job} job */
const taskOf = (job) => /** @type {import('rota').TaskDefinition<Payload>} */ (tasks[job.queue])

/**
 * @param {Job} job
 * @param {number} delayMs
 */
function optionsOf({ priority, unique }, delayMs) {
  return {
    priority,
    ...(unique === undefined ? {} : { unique }),
    ...(delayMs === 0 ? {} : { delay: delayMs }),
  }
}
