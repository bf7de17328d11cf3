import { createRequire } from 'node:module'

/** What rota is measured against is installed beside the measurements. */
const require = createRequire(new URL('../../bench/peers/package.json', import.meta.url))

/**
 * The little of graphile-worker 0.17 that is used here: its own types are there only when it is installed.
 * @typedef {object} Graphile
 * @property {new (factory: () => () => void) => object} Logger
 * @property {(options: object) => Promise<Utils>} makeWorkerUtils
 * @property {(options: object) => Promise<{ stop(): Promise<void> }>} run
 */

/** @typedef {{ migrate(): Promise<void>, addJobs(jobs: readonly object[]): Promise<unknown>, release(): Promise<void> }} Utils */

/** @typedef {{ prototype: { query: (...args: unknown[]) => unknown } }} Client */

const { Logger, makeWorkerUtils, run } = /** @type {Graphile} */ (require('graphile-worker'))
const { Client } = /** @type {{ Client: Client }} */ (require('pg'))

const TASK = 'prove'
const logger = new Logger(() => () => undefined)

/** Its best setting for quick jobs, the one that can keep up (bench/peers/graphile.mjs). */
const BEST = { concurrentJobs: 24, localQueue: { size: 3000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }

/** graphile-worker with its best setting. @type {import('./system.mjs').System} */
export const graphile = {
  async producer(url) {
    const utils = await makeWorkerUtils({ preset: { worker: { connectionString: url } }, logger })
    await utils.migrate()
    return {
      async enqueue(numbers) {
        await utils.addJobs(numbers.map((n) => ({ identifier: TASK, payload: { n } })))
      },
      close: () => utils.release(),
    }
  },

  async worker(url, { started, claimed }) {
    timeClaims(claimed)
    const preset = { worker: { connectionString: url, ...BEST } }
    const taskList = { [TASK]: (/** @type {{ n: number }} */ { n }) => started(n) }
    const runner = await run({ preset, logger, taskList, noHandleSignals: true })
    return { close: () => runner.stop() }
  },
}

/** @param {(ms: number) => void} claimed */
function timeClaims(claimed) {
  const { prototype } = Client
  const query = prototype.query
  prototype.query = function (...args) {
    const startedAt = performance.now()
    const answer = Reflect.apply(query, this, args)
    const [first] = args
    const text = typeof first === 'string' ? first : /** @type {{ text?: string } | undefined} */ (first)?.text
    if (/skip locked/i.test(text ?? '')) {
      void Promise.resolve(answer).then(() => claimed(performance.now() - startedAt))
    }
    return answer
  }
}
