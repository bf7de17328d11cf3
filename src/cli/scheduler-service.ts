import type { Rota } from '../app/rota.js'
import type { ScheduleRecord } from '../model/schedule-record.js'
import type { Backend } from '../port/backend.js'
import type { SchedulerEvent } from '../scheduler/scheduler-event.js'
import type { LogPrinter } from './log-printer.js'
import { formatInstant } from './render/instant.js'

/** Schedules that are logged one by one when a scheduler starts; a store may have a hundred thousand. */
const LOGGED_MAX = 100

/**
 * Logs the schedules that are on record, starts a scheduler, and logs what it fires. Without a name it gets one that is
 * unique. Answers with the schedules that were logged.
 */
export async function startScheduler(
  rota: Rota,
  parts: { readonly backend: Backend; readonly log: LogPrinter; readonly signal: AbortSignal; readonly name?: string },
): Promise<readonly ScheduleRecord[]> {
  const { log, name } = parts
  const records = await logSchedules(parts)
  const { id } = await rota.startScheduler({
    onEvent: (event) => logFire(log, event),
    ...(name === undefined ? {} : { node: { id: name } }),
  })
  log.info({}, `scheduler started as ${id}`)
  return records
}

function logFire(log: LogPrinter, event: SchedulerEvent): void {
  if (event.type !== 'fired') return
  const { schedule, tick, lateMs, jobId } = event
  log.info({ schedule, tick: formatInstant(tick), lateMs, job: jobId }, 'scheduler: fired')
}

async function logSchedules({
  backend,
  log,
  signal,
}: {
  readonly backend: Backend
  readonly log: LogPrinter
  readonly signal: AbortSignal
}): Promise<readonly ScheduleRecord[]> {
  const records = await backend.schedules.list({ after: null, limit: LOGGED_MAX, signal })
  for (const { name, definition, paused, nextTickAt } of records) {
    const next = nextTickAt === null ? null : formatInstant(nextTickAt)
    const facts = { task: definition.task, timeZone: definition.timeZone, next, ...(paused ? { paused } : {}) }
    log.info(facts, `registered ${name} on queue ${definition.queue}: ${definition.expression}`)
  }
  const count = records.length === LOGGED_MAX ? `${LOGGED_MAX} or more` : String(records.length)
  log.info({}, `loaded ${count} scheduled ${records.length === 1 ? 'task' : 'tasks'}`)
  return records
}
