/**
 * A worker as a program would have it; ends well on SIGTERM.
 */
import { once } from 'node:events'
import { createRota } from 'rota'
import { openJournal } from '../kit/journal.mjs'
import { leave, readSettings, tell, tellStandstills } from './life.mjs'
import { journalledWork, tick } from './tasks.mjs'

/** @typedef {{ url: string, journal: string, leaseMs: number, concurrency: number }} Settings */

const { url, journal: file, leaseMs, concurrency } = /** @type {Settings} */ (readSettings())
const journal = openJournal(file)
// A lease is extended at a third of its length: one that misses that may be lost.
tellStandstills(leaseMs / 3)
const rota = createRota({ url, tasks: [journalledWork(journal), tick] })
await rota.startWorker({ lease: leaseMs, concurrency })
tell('ready')
await once(process, 'SIGTERM')
await rota.close()
journal.close()
leave()
