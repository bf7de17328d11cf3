/**
 * Several processes write one file at the same time: what does that do to the event loop of each? Every process enqueues small
 * groups at a steady pace and works on whatever comes, and a bystander with no store at all shows what the machine alone does.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeJob } from '../jobs.mjs'

const RESOLUTION_MS = 1
const WARM_UP_MS = 1000

/** Numbers of one process never meet those of another: unique keys are made of them. */
const NUMBERS_PER_PROCESS = 100_000_000

/**
 * @param {import('../subject.mjs').Subject} subject
 * @param {{ lengthMs: number, group: number, pauseMs: number }} options
 */
export async function writerLag(subject, { lengthMs, group, pauseMs }) {
  let ran = 0
  let enqueued = 0
  const stop = await subject.work(() => (ran += 1))
  const first = process.pid * NUMBERS_PER_PROCESS
  const writeFor = async (/** @type {number} */ ms) => {
    const until = performance.now() + ms
    while (performance.now() < until) {
      const jobs = Array.from({ length: group }, () => makeJob(first + enqueued++))
      await Promise.all(jobs.map((job) => subject.enqueue(job)))
      await sleep(pauseMs)
    }
  }
  await writeFor(WARM_UP_MS)
  const before = { ran, enqueued }
  const lag = await lagDuring(() => writeFor(lengthMs))
  const seconds = lengthMs / 1000
  const rates = {
    enqueuedPerSecond: (enqueued - before.enqueued) / seconds,
    processedPerSecond: (ran - before.ran) / seconds,
  }
  await stop()
  return { ...lag, ...rates }
}

/** @param {{ lengthMs: number }} options */
export async function bystanderLag({ lengthMs }) {
  await sleep(WARM_UP_MS)
  return lagDuring(() => sleep(lengthMs))
}

/**
 * The monitor's timer fires each millisecond; what it is late is the lag.
 * @param {() => Promise<void>} act
 */
async function lagDuring(act) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  await act()
  histogram.disable()
  const late = (/** @type {number} */ nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  return {
    lagP50Ms: late(histogram.percentile(50)),
    lagP99Ms: late(histogram.percentile(99)),
    lagMaxMs: late(histogram.max),
  }
}
