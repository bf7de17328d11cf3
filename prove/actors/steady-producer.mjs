/**
 * Enqueues one burst after the other until it is asked to stop. Each job is written down before it is tried and after it was
 * acknowledged, on the disk both times; an enqueue that fails is repeated under the same id. One that is killed begins anew with other
 * ids: nobody promised anything about what it had no answer to.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRota } from 'rota'
import { openJournal, sharedNow } from '../kit/journal.mjs'
import { seededRandom } from '../kit/random.mjs'
import { leave, readSettings, tell } from './life.mjs'
import { work } from './tasks.mjs'

/** @typedef {{ url: string, journal: string, burst: number, pauseMs: number, handlerMs: readonly [number, number], seed: number }} Settings */

const RETRY_MS = 50

const { url, journal: file, burst, pauseMs, handlerMs, seed } = /** @type {Settings} */ (readSettings())
const random = seededRandom(seed)
const journal = openJournal(file)
const rota = createRota({ url, tasks: [work] })
const life = randomUUID()
const figures = { failed: 0, slowestMs: 0 }
let isAsked = false
process.once('SIGTERM', () => (isAsked = true))

tell('ready')
for (let first = 0; !isAsked; first += burst) {
  const group = Array.from({ length: burst }, (_, index) => ({
    id: `${life}-${first + index}`,
    n: first + index,
    ms: random.whole(...handlerMs),
  }))
  journal.write('intent', group, { sync: true })
  await Promise.all(group.map((job) => enqueue(job)))
  journal.write('ack', group, { sync: true })
  await sleep(pauseMs)
}
journal.close()
await rota.close()
tell({ figures })
leave()

/** @param {{ id: string, n: number, ms: number }} job */
async function enqueue({ id, n, ms }) {
  const startedAt = sharedNow()
  for (;;) {
    try {
      await rota.enqueue(work, { n, ms }, { id })
      figures.slowestMs = Math.max(figures.slowestMs, sharedNow() - startedAt)
      return
    } catch (error) {
      figures.failed += 1
      console.error(`enqueue of ${id}: ${String(error)}`)
      await sleep(RETRY_MS)
    }
  }
}
