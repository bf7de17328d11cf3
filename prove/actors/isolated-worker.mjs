/**
 * A worker whose tasks run in processes of their own; ends well on SIGTERM, and tells how its event loop fared.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createRota, task } from 'rota'
import { createIsolatedRunner } from '../../dist/isolation/create-isolated-runner.js'
import { leave, readSettings, tell, tellStandstills } from './life.mjs'

/**
 * @typedef {object} Settings
 * @property {string} url
 * @property {number} leaseMs
 * @property {number} tries
 * @property {number} memoryBytes
 * @property {Readonly<Record<string, number | null>>} faults the time-out of each
 */

const { url, leaseMs, tries, memoryBytes, faults } = /** @type {Settings} */ (readSettings())
// A lease is extended at a third of its length: one that misses that may be lost.
tellStandstills(leaseMs / 3)
const file = join(import.meta.dirname, '..', 'isolation', 'handlers.mjs')

const runners = Object.entries({ good: null, ...faults }).map(([name, timeoutMs]) => ({
  name,
  runner: createIsolatedRunner({
    what: `task "prove:${name}"`,
    file,
    handler: `index.${name}`,
    memoryBytes,
    timeoutMs,
  }),
}))
const tasks = runners.map(({ name, runner }) =>
  task(`prove:${name}`, { maxTries: name === 'good' ? 1 : tries, backoff: () => 0, run: runner.run }),
)
/** @type {string[]} */
const troubles = []
const rota = createRota({ url, tasks })
await rota.startWorker({
  lease: leaseMs,
  concurrency: 20,
  onEvent: (event) => {
    if (event.type === 'lease-lost' || event.type === 'zombie') troubles.push(event.type)
  },
})
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
tell('ready')
await once(process, 'SIGTERM')
await rota.close()
await Promise.all(runners.map(({ runner }) => runner.close()))
tell({ what: 'ended', troubles, delayMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 })
leave()
