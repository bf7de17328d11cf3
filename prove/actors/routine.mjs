/**
 * Instances that compete for the periods of one routine, and tell each run when it has ended and each period when it is on record as done;
 * they end well on SIGTERM.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { main } from 'rota/lifecycle'
import { memory } from 'rota/memory'
import { interval } from 'rota/schedule'
import { Scheduler } from 'rota/scheduler'
import { sqlite } from 'rota/sqlite'
import { sharedNow } from '../kit/journal.mjs'
import { leave, readSettings, tell } from './life.mjs'

/** @typedef {{ file: string | null, instances: number, everyMs: number, lengthMs: number }} Settings */

const { file, instances, everyMs, lengthMs } = /** @type {Settings} */ (readSettings())
const backend = file === null ? memory() : sqlite(file)
await backend.open()

async function run() {
  const startedAt = sharedNow()
  await sleep(lengthMs)
  tell({ what: 'run', startedAt, endedAt: sharedNow(), pid: process.pid })
}

/** @param {import('rota/scheduler').RoutineEvent} event */
function onEvent(event) {
  if (event.type === 'period-done') tell({ what: 'period-done', period: event.period })
}

const { locks, schedules } = backend
const routines = Array.from({ length: instances }, () =>
  new Scheduler({ locks, schedules, onEvent }).withSchedule('competing routine', interval(everyMs), run),
)
tell({ what: 'ready' })
await main(...routines)
await backend.close()
leave()
