import type { Rota } from '../app/rota.js'
import type { Scheduler } from '../scheduler/scheduler.js'
import type { SchedulerEvent } from '../scheduler/scheduler-event.js'
import type { LogPrinter } from './log-printer.js'
import { SchedulerLog } from './scheduler-log.js'

/** A scheduler that is to be started. */
export interface SchedulerStart {
  readonly log: LogPrinter
  /** Where the schedules are, without secrets. */
  readonly url: string
  /** What people call it; without one it shows its id. */
  readonly name?: string
  /** The tasks that are known; a schedule of any other is warned of. null: nobody knows which there are. */
  readonly tasks?: ReadonlySet<string> | null
}

/** Starts a scheduler and logs what it does: elections, the schedules on record and their changes, and what it fires. */
export function startScheduler(rota: Rota, { log, url, name, tasks = null }: SchedulerStart): Promise<Scheduler> {
  const lines = new SchedulerLog({ log, url })
  const onEvent = (event: SchedulerEvent): void => {
    lines.write(event)
    if (tasks !== null) warnOfStranger(event, tasks, log)
  }
  return rota.startScheduler({ onEvent, ...(name === undefined ? {} : { name }) })
}

/** The jobs of such a schedule would wait for a worker that may not exist. */
function warnOfStranger(event: SchedulerEvent, tasks: ReadonlySet<string>, log: LogPrinter): void {
  if (event.type !== 'schedule-added' && event.type !== 'schedule-changed') return
  const { schedule, task } = event
  if (!tasks.has(task)) log.warn({ schedule, task }, 'no module exports the task of this schedule')
}
