/**
 * How fast jobs are taken in. A job counts when its acknowledgement is there: for rota and the floor that means on the disk.
 */
import { startCpu } from '../cpu.mjs'
import { makeJob, makeJobs } from '../jobs.mjs'

/** @typedef {import('../subject.mjs').Subject} Subject */

/**
 * One caller, which waits for each job before it enqueues the next.
 * @param {Subject} subject
 * @param {{ jobs: number }} options
 */
export async function enqueueSingle(subject, { jobs }) {
  return perSecond(subject, jobs, async () => {
    for (let n = 0; n < jobs; n++) await subject.enqueue(makeJob(n))
  })
}

/**
 * So many callers at a time, each of which waits for its own job: the web server under load.
 * @param {Subject} subject
 * @param {{ jobs: number, callers: number }} options
 */
export async function enqueueInFlight(subject, { jobs, callers }) {
  let next = 0
  const caller = async () => {
    while (next < jobs) await subject.enqueue(makeJob(next++))
  }
  return perSecond(subject, jobs, () => Promise.all(Array.from({ length: callers }, caller)))
}

/**
 * One caller with batches: the import of a file.
 * @param {Subject} subject
 * @param {{ jobs: number, batch: number }} options
 */
export async function enqueueBatches(subject, { jobs, batch }) {
  return perSecond(subject, jobs, async () => {
    for (let n = 0; n < jobs; n += batch) await subject.enqueueAll(makeJobs(n, Math.min(batch, jobs - n)))
  })
}

/**
 * @param {Subject} subject
 * @param {number} jobs
 * @param {() => Promise<unknown>} act
 */
async function perSecond(subject, jobs, act) {
  const cpuOf = startCpu(subject)
  const startedAt = performance.now()
  await act()
  const seconds = (performance.now() - startedAt) / 1000
  return { jobsPerSecond: jobs / seconds, ...cpuOf(jobs) }
}
