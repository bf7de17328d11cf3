import type { ScheduleRecord } from '../../model/schedule-record.js'
import { keyArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { loadTasks } from '../load-tasks.js'
import { LogPrinter } from '../log-printer.js'
import { runServices } from '../run-services.js'
import { logSchedules, makeScheduler } from '../scheduler-service.js'

export const command = defineCommand<[name: string, modules: readonly string[]], object>({
  description:
    'Turns due schedules into jobs, until SIGTERM or Ctrl-C. Any number of schedulers may run on one store: each tick happens ' +
    'once. The name should be unique; logs and the registry show it. It runs no jobs, so it needs no modules; with modules ' +
    'it warns of schedules whose task none of them exports.',
  examples: [
    ['rota scheduler $(hostname -f)', 'a scheduler named after its host'],
    ['rota scheduler one dist/tasks.js --json', 'checked against the tasks of a module, with a log for machines'],
  ],
  declare: (command) =>
    command
      .argument('<name>', 'name of this scheduler', keyArgument('name'))
      .argument('[modules...]', 'files with tasks'),
  async run(session, _options, name, modules) {
    const log = new LogPrinter({ out: session.out, clock: session.clock, json: session.json })
    const known = modules.length === 0 ? null : await loadTasks(modules)
    const { backend, shownUrl } = await session.connect('created')
    const scheduler = makeScheduler(session, { backend, log, name })
    log.info({ url: shownUrl }, `scheduler started as ${name}`)
    const records = await logSchedules({ backend, log }, session.signal)
    if (known !== null)
      warnOfStrangers(records, new Set([...known.runnable, ...known.declared].map((task) => task.name)), log)
    return runServices(session, log, [scheduler])
  },
})

/** The jobs of such a schedule would wait for a worker that may not exist. */
function warnOfStrangers(records: readonly ScheduleRecord[], tasks: ReadonlySet<string>, log: LogPrinter): void {
  for (const { name, definition } of records) {
    if (tasks.has(definition.task)) continue
    log.warn({ schedule: name, task: definition.task }, 'no module exports the task of this schedule')
  }
}
