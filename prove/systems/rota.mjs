import { createRota } from 'rota'
import { postgres } from 'rota/postgres'
import { count } from '../actors/tasks.mjs'

/** rota on PostgreSQL, as it comes. @type {import('./system.mjs').System} */
export const rota = {
  async producer(url) {
    const producer = createRota({ url, tasks: [count] })
    await producer.open()
    return {
      async enqueue(numbers) {
        await producer.enqueue(numbers.map((n) => count.with({ n })))
      },
      close: () => producer.close(),
    }
  },

  async worker(url, { started, claimed }) {
    const backend = postgres({ url })
    const worker = createRota({
      backend: { ...backend, jobs: timedClaims(backend.jobs, claimed) },
      tasks: [count.handle(({ n }) => started(n))],
    })
    await worker.startWorker()
    return { close: () => worker.close() }
  },
}

/**
 * @param {import('rota/port').JobStore<import('rota/postgres').PgTx>} jobs
 * @param {(ms: number) => void} claimed
 */
function timedClaims(jobs, claimed) {
  return {
    ...jobs,
    claim: timed(jobs.claim.bind(jobs), claimed),
    exchange: timed(jobs.exchange.bind(jobs), claimed),
  }
}

/**
 * @template Params, Result
 * @param {(params: Params) => Promise<Result>} call
 * @param {(ms: number) => void} claimed
 */
function timed(call, claimed) {
  return async (/** @type {Params} */ params) => {
    const startedAt = performance.now()
    const result = await call(params)
    claimed(performance.now() - startedAt)
    return result
  }
}
