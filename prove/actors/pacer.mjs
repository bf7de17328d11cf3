/**
 * Enqueues at a steady rate until it is asked to stop, whatever the workers do, and tells all the time how many there are by now.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sharedNow } from '../kit/journal.mjs'
import { systemOf } from '../systems/system.mjs'
import { leave, readSettings, tell } from './life.mjs'

/** So often jobs are enqueued, as many at once as are due. */
const TURN_MS = 10
const TELL_MS = 100

const { system, url, perSecond } = /** @type {{ system: string, url: string, perSecond: number }} */ (readSettings())
const producer = await (await systemOf(system)).producer(url)
let isAsked = false
process.once('SIGTERM', () => (isAsked = true))
let made = 0
tell({ type: 'ready', at: sharedNow() })

const since = sharedNow()
let told = since
while (!isAsked) {
  const due = Math.floor(((sharedNow() - since) * perSecond) / 1000)
  // One that was kept from its turns makes up for them in calls of one second's jobs at most.
  const numbers = Array.from({ length: Math.min(perSecond, due - made) }, (_, at) => made + at)
  if (numbers.length > 0) await producer.enqueue(numbers)
  made += numbers.length
  const now = sharedNow()
  if (now - told >= TELL_MS) {
    tell({ type: 'enqueued', jobs: made, at: now })
    told = now
  }
  await sleep(TURN_MS)
}
await producer.close()
leave()
