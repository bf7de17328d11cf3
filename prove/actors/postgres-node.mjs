/**
 * A worker or a scheduler on PostgreSQL, which also tells whenever it hears a hint that only another process can have sent: so the
 * proof sees whether it listens. Ends well on SIGTERM.
 */
import { once } from 'node:events'
import { createRota } from 'rota'
import { postgres } from 'rota/postgres'
import { openJournal, sharedNow } from '../kit/journal.mjs'
import { leave, readSettings, tell } from './life.mjs'
import { journalledWork, tick } from './tasks.mjs'

/** @typedef {{ role: 'worker' | 'scheduler', url: string, journal: string, probe: string, leaseMs: number, concurrency: number }} Settings */

const { role, url, journal: file, probe, leaseMs, concurrency } = /** @type {Settings} */ (readSettings())
const journal = openJournal(file)
const backend = postgres({ url })
const rota = createRota({ backend, tasks: [journalledWork(journal), tick] })
backend.wakeups?.subscribe((hint) => {
  if (hint.kind === 'jobs' && hint.queues?.includes(probe) === true) tell({ heardAt: sharedNow() })
})
if (role === 'worker') await rota.startWorker({ lease: leaseMs, concurrency })
else await rota.startScheduler()
tell('ready')
await once(process, 'SIGTERM')
await rota.close()
journal.close()
leave()
