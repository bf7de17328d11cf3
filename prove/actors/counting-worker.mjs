/**
 * A worker that only counts, and says how large its heap is when it is asked. Needs `--expose-gc`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createRota } from 'rota'
import { readSettings, tell } from './life.mjs'
import { count } from './tasks.mjs'

/** Settlements of the last jobs are under way when their handlers have run. */
const SETTLED_AFTER_MS = 500

const { url } = /** @type {{ url: string }} */ (readSettings())
let ran = 0
const rota = createRota({ url, tasks: [count.handle(() => void (ran += 1))] })
await rota.startWorker()
process.on('message', (message) => void answer(/** @type {{ afterJobs: number }} */ (message)))
tell('ready')

/** @param {{ afterJobs: number }} question */
async function answer({ afterJobs }) {
  while (ran < afterJobs) await sleep(20)
  await sleep(SETTLED_AFTER_MS)
  // Twice: what the first collection found dead may have held more.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  tell({ ran, heapMb: heapUsed / 2 ** 20, residentMb: rss / 2 ** 20 })
}
