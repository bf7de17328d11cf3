/**
 * Works, and tells each second how many jobs it has started by now and how long its calls for jobs took; of jobs with a number below
 * zero it tells at once. Ends well on SIGTERM.
 */
import { once } from 'node:events'
import { sharedNow } from '../kit/journal.mjs'
import { systemOf } from '../systems/system.mjs'
import { leave, readSettings, tell } from './life.mjs'

const { system, url } = /** @type {{ system: string, url: string }} */ (readSettings())
let jobs = 0
/** @type {number[]} */
let claims = []

const worker = await (
  await systemOf(system)
).worker(url, {
  started(n) {
    jobs += 1
    if (n < 0) tell({ type: 'special', n, at: sharedNow() })
  },
  claimed: (ms) => void claims.push(ms),
})
tell({ type: 'ready', at: sharedNow() })
const telling = setInterval(() => {
  tell({ type: 'started', jobs, claims, at: sharedNow() })
  claims = []
}, 1000)
await once(process, 'SIGTERM')
clearInterval(telling)
await worker.close()
leave()
