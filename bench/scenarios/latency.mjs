/**
 * An idle system, one job: from the call of `enqueue` to the first line of its handler, in the same process.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { makeJob } from '../jobs.mjs'
import { quantile } from '../statistics.mjs'

/** Multiples of the golden ratio spread evenly over an interval, so that pauses meet every phase of anybody's polling. */
const STRIDE = 0.6180339887

/**
 * @param {import('../subject.mjs').Subject} subject
 * @param {{ jobs: number, pauseMs: readonly [number, number] }} options
 */
export async function idleLatency(subject, { jobs, pauseMs: [shortest, longest] }) {
  /** @type {(at: number) => void} */
  let started = () => {}
  const stop = await subject.work(() => started(performance.now()))
  await sleep(200)
  /** @type {number[]} */
  const latencies = []
  for (let n = 1; n <= jobs; n++) {
    const start = new Promise((/** @type {(at: number) => void} */ resolve) => (started = resolve))
    const enqueuedAt = performance.now()
    const enqueued = subject.enqueue(makeJob(n))
    latencies.push((await start) - enqueuedAt)
    await enqueued
    await sleep(shortest + ((n * STRIDE) % 1) * (longest - shortest))
  }
  await stop()
  return { p50Ms: quantile(latencies, 0.5), p95Ms: quantile(latencies, 0.95), p99Ms: quantile(latencies, 0.99) }
}
