import { createRota } from '../../app/create-rota.js'
import { declareTaskFiles } from '../../app/task-files.js'
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
    'Turns due schedules into jobs, until SIGTERM or Ctrl-C. Any number of schedulers may run on one store: one of them leads, the ' +
    'others take over when it is gone, and each tick happens once. Logs, the registry and the election show the name. It runs no ' +
    'jobs, so it needs no modules; with modules it warns of schedules whose task none of them exports.',
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
      const start = async (): Promise<void> => {
        const { schedules } = rota
        if (files !== null) await declareTaskFiles(schedules, { ...files, tasks, logger: log, signal: session.signal })
        const names = known === null ? null : new Set(tasks.map((task) => task.name))
        await startScheduler(rota, { log, url: shownUrl, name, tasks: names })
      }
      return runServices(session, log, { services: rota, start, running: () => [], monitored: { monitor, backend } })
    })
  },
})
