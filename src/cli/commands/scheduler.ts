import { createRota } from '../../app/create-rota.js'
import { declareTaskFiles } from '../../app/task-files.js'
import type { ScheduleRecord } from '../../model/schedule-record.js'
import type { AnyTask } from '../../model/task-definition.js'
import { keyArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { loadTasks } from '../load-tasks.js'
import { LogPrinter } from '../log-printer.js'
import { declareMonitor, withMonitor, type MonitorOptions } from '../monitor-option.js'
import { runServices } from '../run-services.js'
import { startScheduler } from '../scheduler-service.js'
import { declareTaskFilesOptions, type TaskFilesOptions, taskFilesOf } from '../task-files-option.js'

export const command = defineCommand<[name: string, modules: readonly string[]], MonitorOptions & TaskFilesOptions>({
  description:
    'Turns due schedules into jobs, until SIGTERM or Ctrl-C. Any number of schedulers may run on one store: each tick happens ' +
    'once. The name should be unique; logs and the registry show it. It runs no jobs, so it needs no modules; with modules ' +
    'it warns of schedules whose task none of them exports.',
  examples: [
    ['rota scheduler $(hostname -f)', 'a scheduler named after its host'],
    ['rota scheduler one dist/tasks.js --json', 'checked against the tasks of a module, with a log for machines'],
    ['rota scheduler one dist/tasks.js --tasks tasks', 'a schedule for each JSON file of a directory'],
    ['rota scheduler one --monitor 8080', 'metrics at http://HOST:8080/metrics, probes beside them'],
  ],
  declare: (command) =>
    declareTaskFilesOptions(declareMonitor(command))
      .argument('<name>', 'name of this scheduler', keyArgument('name'))
      .argument('[modules...]', 'files with tasks'),
  async run(session, options, name, modules) {
    const log = new LogPrinter({ out: session.out, clock: session.clock, json: session.json })
    const files = taskFilesOf(options)
    const known = modules.length === 0 ? null : await loadTasks(modules)
    const tasks = known === null ? [] : [...known.runnable, ...known.declared]
    return withMonitor(options, { clock: session.clock, log }, async (monitor) => {
      const { backend, shownUrl } = await session.connect('created')
      const rota = createRota({ backend, logger: log, clock: session.clock, telemetry: monitor.telemetry })
      log.info({ url: shownUrl }, `starting as ${name}`)
      const start = async (): Promise<void> => {
        const { schedules } = rota
        if (files !== null) await declareTaskFiles(schedules, { ...files, tasks, logger: log, signal: session.signal })
        const records = await startScheduler(rota, { backend, log, signal: session.signal, name })
        if (known !== null) warnOfStrangers(records, tasks, log)
      }
      return runServices(session, log, { services: rota, start, running: () => [], monitor, backend })
    })
  },
})

/** The jobs of such a schedule would wait for a worker that may not exist. */
function warnOfStrangers(records: readonly ScheduleRecord[], tasks: readonly AnyTask[], log: LogPrinter): void {
  const names = new Set(tasks.map((task) => task.name))
  for (const { name, definition } of records) {
    if (names.has(definition.task)) continue
    log.warn({ schedule: name, task: definition.task }, 'no module exports the task of this schedule')
  }
}
