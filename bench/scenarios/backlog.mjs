/**
 * One worker, as it comes, with a handler that does nothing, and a backlog that was there before it. Filling and working are
 * two processes, so that no cache of the one helps the other.
 */
import { startCpu } from '../cpu.mjs'
import { makeJobs } from '../jobs.mjs'

/** @typedef {import('../subject.mjs').Subject} Subject */

/** An hour: delayed jobs stay out of sight for the whole measurement. */
const DELAY_MS = 3_600_000

const FILL_BATCH = 1000

/**
 * Puts a backlog of `jobs` that are due and `delayed` that are not into the store.
 * @param {Subject} subject
 * @param {{ jobs: number, delayed?: number }} options
 */
export async function fill(subject, { jobs, delayed = 0 }) {
  for (let n = 0; n < delayed; n += FILL_BATCH) {
    await subject.enqueueAll(makeJobs(jobs + n, Math.min(FILL_BATCH, delayed - n)), { delayMs: DELAY_MS })
  }
  for (let n = 0; n < jobs; n += FILL_BATCH) {
    await subject.enqueueAll(makeJobs(n, Math.min(FILL_BATCH, jobs - n)))
  }
  return {}
}

/**
 * Runs the first `take` jobs of the backlog. The clock stops when the worker has stopped, with all of them settled.
 * @param {Subject} subject
 * @param {{ take: number }} options
 */
export async function processBacklog(subject, { take }) {
  const cpuOf = startCpu(subject)
  const startedAt = performance.now()
  let ran = 0
  /** @type {() => void} */
  let enough = () => {}
  const reached = new Promise((/** @type {(value: void) => void} */ resolve) => (enough = resolve))
  const stop = await subject.work(() => {
    if (++ran === take) enough()
  })
  await reached
  await stop()
  const seconds = (performance.now() - startedAt) / 1000
  return {
    jobsPerSecond: ran / seconds,
    ...cpuOf(ran),
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
    ran,
  }
}
