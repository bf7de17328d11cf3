/**
 * Enqueues so many jobs as fast as it can, and ends.
 */
import { createRota } from 'rota'
import { leave, readSettings, tell } from './life.mjs'
import { count } from './tasks.mjs'

const BATCH = 1000

const { url, jobs } = /** @type {{ url: string, jobs: number }} */ (readSettings())
const rota = createRota({ url, tasks: [count] })
tell('ready')
for (let from = 0; from < jobs; from += BATCH) {
  const length = Math.min(BATCH, jobs - from)
  await rota.enqueue(Array.from({ length }, (_, index) => count.with({ n: from + index })))
}
await rota.close()
leave()
