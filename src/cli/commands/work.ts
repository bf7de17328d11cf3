import { InvalidArgumentError } from 'commander'
import { createRota } from '../../app/create-rota.js'
import type { WorkerSettings } from '../../app/services.js'
import type { AnyTask, TaskOn } from '../../model/task-definition.js'
import type { Worker } from '../../worker/worker.js'
import { durationArgument, nameArgument, numberArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { FailedError } from '../exit.js'
import type { RunningJob } from '../fault-watch.js'
import { loadTasks } from '../load-tasks.js'
import { LogPrinter } from '../log-printer.js'
import { declareMonitor, withMonitor, type MonitorOptions } from '../monitor-option.js'
import { runServices } from '../run-services.js'

/** The most jobs at a time that a worker takes. */
const CONCURRENCY_MAX = 100_000

/** Queues and how many jobs of each at a time; null: as many as of all. */
type Queues = ReadonlyMap<string, number | null>

interface Options extends MonitorOptions {
  readonly queue?: Queues
  readonly concurrency?: number
  readonly grace?: number
  readonly withScheduler?: true
}

export const command = defineCommand<[modules: readonly string[]], Options>({
  description:
    'Runs the tasks that ES modules export, until SIGTERM or Ctrl-C: then it takes no new job, lets running ones end within ' +
    'the grace, gives the others back without a try spent, and ends with 0. A second signal, half a second later or more, ends it at once. ' +
    'A module exports what task() returns, by name, or in an array or object.',
  examples: [
    ['rota work dist/tasks.js', 'all queues that the tasks of a module name'],
    [
      'rota work dist/mail.js dist/report.js --queue mail=20 --queue report=1',
      'only these, so many jobs of each at a time',
    ],
    ['rota work dist/tasks.js --with-scheduler --json', 'schedules too, and a log for machines'],
    ['rota work dist/tasks.js --monitor 8080', 'metrics at http://HOST:8080/metrics, probes beside them'],
  ],
  declare: (command) =>
    declareMonitor(command)
      .argument('<modules...>', 'files with tasks')
      .option('-q, --queue <name[=count]>', 'serve this queue, so many jobs at a time; can be repeated', queueArgument)
      .option(
        '-c, --concurrency <count>',
        'jobs at a time over all queues (default: 100)',
        numberArgument(1, CONCURRENCY_MAX),
      )
      .option('--grace <time>', 'how long running jobs get at the end (default: 25s)', durationArgument('grace'))
      .option('--with-scheduler', 'turn due schedules into jobs too'),
  async run(session, options, modules) {
    const log = new LogPrinter({ out: session.out, clock: session.clock, json: session.json })
    // Which store they run on was not known when they were compiled; one without transactions refuses those itself.
    const tasks = (await loadRunnable(modules, log)) as readonly TaskOn<never>[]
    const scheduling = options.withScheduler === true ? await import('../scheduler-service.js') : null
    return withMonitor(options, { clock: session.clock, log }, async (monitor) => {
      const { backend, shownUrl } = await session.connect('created')
      const rota = createRota({ backend, tasks, logger: log, clock: session.clock, telemetry: monitor.telemetry })
      let worker: Worker | undefined
      const start = async (): Promise<void> => {
        const settings = workerSettings(options)
        worker = await rota.startWorker(settings).catch(asFailure)
        const names = tasks.map(({ name }) => name)
        log.info({ worker: worker.id, url: shownUrl, tasks: names, queues: settings.onlyQueues }, 'worker started')
        await scheduling?.startScheduler(rota, { log, url: shownUrl })
      }
      const running = (): readonly RunningJob[] => worker?.runningJobs() ?? []
      return runServices(session, log, { services: rota, start, running, monitored: { monitor, backend } })
    })
  },
})

async function loadRunnable(modules: readonly string[], log: LogPrinter): Promise<readonly AnyTask[]> {
  const { runnable, declared } = await loadTasks(modules)
  for (const { name } of declared)
    log.warn({ task: name }, 'this task has no handler here; its jobs are left for others')
  if (runnable.length === 0) throw new FailedError(`no task of ${modules.join(', ')} has a handler to run`)
  return runnable
}

/** A worker refuses a task whose policy makes no sense: that is for the author of the module to put right, and no fault of ours. */
function asFailure(error: unknown): never {
  if (error instanceof TypeError) throw new FailedError(error.message, { cause: error })
  throw error
}

function workerSettings({ queue, concurrency, grace }: Options): WorkerSettings {
  const limited = [...(queue ?? [])].filter((entry): entry is [string, number] => entry[1] !== null)
  return {
    ...(queue === undefined ? {} : { onlyQueues: [...queue.keys()], queues: Object.fromEntries(limited) }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(grace === undefined ? {} : { grace }),
  }
}

function queueArgument(text: string, before: Queues = new Map()): Queues {
  const [name = '', count, ...rest] = text.split('=')
  if (rest.length > 0) throw new InvalidArgumentError(`expected NAME or NAME=COUNT, got ${JSON.stringify(text)}`)
  const limit = count === undefined ? null : numberArgument(1, CONCURRENCY_MAX)(count)
  return new Map([...before, [nameArgument('queue')(name), limit]])
}
