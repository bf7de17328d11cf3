/**
 * An instance of the program of seed 002: keeps 'db maintenance' going on PostgreSQL, in small steps, and tells each attempt and each
 * period that is done. Ends well on SIGTERM.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { main } from 'rota/lifecycle'
import { postgres } from 'rota/postgres'
import { interval } from 'rota/schedule'
import { Scheduler } from 'rota/scheduler'
import { sharedNow } from '../kit/journal.mjs'
import { leave, readSettings, tell } from './life.mjs'

/** @typedef {{ url: string, everyMs: number, lengthMs: number }} Settings */

const STEPS = 10

const { url, everyMs, lengthMs } = /** @type {Settings} */ (readSettings())
const backend = postgres({ url })
await backend.open()
const { locks, schedules } = backend
const scheduler = new Scheduler({ locks, schedules, onEvent: (event) => event.type === 'store-error' || say(event) })
let attempt = 0

const maintain = scheduler.withSchedule('db maintenance', interval(everyMs), async (signal) => {
  attempt += 1
  say({ type: 'start', attempt })
  for (let step = 0; step < STEPS && !signal.aborted; step++) await sleep(lengthMs / STEPS)
  say({ type: signal.aborted ? 'stopped' : 'end', attempt })
  signal.throwIfAborted()
})
tell({ type: 'ready' })
await main(maintain)
await backend.close()
leave()

/** @param {object} what */
function say(what) {
  tell({ ...what, at: sharedNow(), pid: process.pid })
}
