/**
 * Enqueues numbered jobs in bursts. Each is written down before it is tried and after it was acknowledged, on the disk both times;
 * an enqueue that fails is repeated with the same id until it is known to have worked.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createRota } from 'rota'
import { openJournal } from '../kit/journal.mjs'
import { seededRandom } from '../kit/random.mjs'
import { leave, readSettings, tell } from './life.mjs'
import { work } from './tasks.mjs'

/** @typedef {{ url: string, journal: string, jobs: number, burst: number, pauseMs: number, handlerMs: readonly [number, number], seed: number }} Settings */

const RETRY_MS = 50

const { url, journal: file, jobs, burst, pauseMs, handlerMs, seed } = /** @type {Settings} */ (readSettings())
const random = seededRandom(seed)
const journal = openJournal(file)
const rota = createRota({ url, tasks: [work] })
let repeated = 0

tell('ready')
for (let first = 0; first < jobs; first += burst) {
  const group = Array.from({ length: Math.min(burst, jobs - first) }, (_, index) => ({
    id: `job-${String(first + index)}`,
    n: first + index,
    ms: random.whole(...handlerMs),
  }))
  journal.write('intent', group, { sync: true })
  await Promise.all(group.map((job) => enqueue(job)))
  journal.write('ack', group, { sync: true })
  if (pauseMs > 0) await sleep(pauseMs)
}
journal.close()
await rota.close()
tell({ done: true, repeated })
leave()

/** @param {{ id: string, n: number, ms: number }} job */
async function enqueue({ id, n, ms }) {
  for (;;) {
    try {
      await rota.enqueue(work, { n, ms }, { id })
      return
    } catch (error) {
      repeated += 1
      console.error(`enqueue of ${id}: ${String(error)}`)
      await sleep(RETRY_MS)
    }
  }
}
