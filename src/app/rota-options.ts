import type { EnqueueMiddleware } from '../client/enqueue-middleware.js'
import type { Clock } from '../model/clock.js'
import { checkOptionNames } from '../model/option-names.js'
import type { AnyTask, FailureReport, TaskDefinition, TaskOn } from '../model/task-definition.js'
import type { Providers } from '../observe/providers.js'
import { Telemetry } from '../observe/telemetry.js'
import type { Backend } from '../port/backend.js'
import { systemClock } from '../time/system-clock.js'
import type { WorkerLogger as RotaLogger } from '../worker/event-sink.js'
import type { Middleware as RunMiddleware } from '../worker/middleware.js'
import { parseBackendUrl } from './backend-url.js'
import { checkSchedulerSettings, checkWorkerSettings } from './check-settings.js'
import type { SchedulerSettings, WorkerSettings } from './services.js'
import { checkTask } from './task-list.js'
import { resolveTaskFiles, type TaskFilesSettings } from './task-files.js'

/** The store of a program that says nothing: a file in its working directory. */
const URL_DEFAULT = 'sqlite:rota.db'

/** What every rota can be given, wherever its jobs are stored. */
export interface CommonOptions<Tx = never> {
  /** The tasks that this program can run. Others can be enqueued all the same. @defaultValue none */
  readonly tasks?: readonly TaskOn<Tx>[]
  /** Gets a job for each job that fails, of every task that names no on-failure task of its own. */
  readonly onFailure?: TaskDefinition<FailureReport>
  /** How this program runs its tasks, once it does. */
  readonly worker?: WorkerSettings
  /** How this program fires schedules, once it does. */
  readonly scheduler?: SchedulerSettings
  /**
   * A directory of `*.json` files, each a schedule (docs/tasks-directory.md), seen from the working directory. It is read whenever
   * this program begins to fire schedules: `run`, `start` and `startScheduler` reject with `TASK_FILES_INVALID` for files that are
   * wrong, before anything is written or runs. The stored schedules of the app become those of the directory. @defaultValue none
   */
  readonly tasksDir?: string | undefined
  /**
   * What the schedules of `tasksDir` are called after: `<app>_<file>`, in lower case.
   * @defaultValue the name in the `package.json` of the working directory without its scope, or else that directory's name
   */
  readonly app?: string | undefined
  /** Runs around every enqueue and around every handler, the first outermost. */
  readonly middleware?: { readonly enqueue?: readonly EnqueueMiddleware[]; readonly run?: readonly RunMiddleware[] }
  /** Where worker and scheduler write what people should read; a pino logger fits. @defaultValue nowhere */
  readonly logger?: RotaLogger
  /**
   * Where figures and spans go: to these OpenTelemetry providers, or, for one that is left out, to the one that the program has
   * registered, if it has; `false`: nowhere. Costs nothing where nobody listens. Register before the rota is started.
   */
  readonly telemetry?: Providers | false | undefined
  /** For tests: another time than that of this machine. */
  readonly clock?: Clock
}

/** A rota on a store that is named by its URL. */
export interface UrlOptions extends CommonOptions {
  /** `sqlite:rota.db`, `sqlite:///var/lib/rota.db`, `postgres://user:password@host/database` or `memory:`. @defaultValue `ROTA_URL`, or else `'sqlite:rota.db'` */
  readonly url?: string | undefined
  readonly backend?: never
}

/** A rota on a store that the program has made; it is closed with the rota. */
export interface BackendOptions<Tx> extends CommonOptions<NoInfer<Tx>> {
  readonly backend: Backend<Tx>
  readonly url?: never
}

/** Options that were checked, with every default filled in. */
export interface ResolvedOptions<Tx> {
  readonly load: () => Backend<Tx> | Promise<Backend<Tx>>
  readonly tasks: readonly AnyTask[]
  readonly onFailure: TaskDefinition<FailureReport> | null
  readonly enqueueMiddleware: readonly EnqueueMiddleware[]
  readonly runMiddleware: readonly RunMiddleware[]
  readonly worker: WorkerSettings
  readonly scheduler: SchedulerSettings
  readonly logger: RotaLogger | undefined
  readonly telemetry: Telemetry
  readonly clock: Clock
  /** null: there is no directory of task files. */
  readonly taskFiles: TaskFilesSettings | null
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof UrlOptions>([
  'app',
  'backend',
  'clock',
  'logger',
  'middleware',
  'onFailure',
  'scheduler',
  'tasks',
  'telemetry',
  'tasksDir',
  'url',
  'worker',
])

/** Checks what a program gave; throws a `TypeError` that says what was expected. The only reader of raw options. */
export function resolveOptions<Tx>(options: UrlOptions | BackendOptions<Tx>): ResolvedOptions<Tx> {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new TypeError(`createRota: expected options, got ${(options as unknown) === null ? 'null' : typeof options}`)
  }
  checkOptionNames('createRota', options, OPTION_NAMES)
  checkWorkerSettings('createRota: worker', options.worker ?? {})
  checkSchedulerSettings('createRota: scheduler', options.scheduler ?? {})
  const { clock = systemClock, tasks = [], onFailure = null, middleware = {}, worker = {}, scheduler = {} } = options
  return {
    load: loaderOf(options, clock),
    tasks: checkTasks(tasks),
    onFailure,
    enqueueMiddleware: middleware.enqueue ?? [],
    runMiddleware: middleware.run ?? [],
    worker,
    scheduler,
    logger: options.logger,
    telemetry: new Telemetry(options.telemetry),
    clock,
    taskFiles: resolveTaskFiles(options),
  }
}

function loaderOf<Tx>(options: UrlOptions | BackendOptions<Tx>, clock: Clock): ResolvedOptions<Tx>['load'] {
  const { backend, url } = options
  if (backend === undefined) {
    const { load } = parseBackendUrl(url ?? process.env['ROTA_URL'] ?? URL_DEFAULT)
    // A URL gives a store without transactions: here Tx is never.
    return () => load(clock)
  }
  if (url !== undefined) throw new TypeError('createRota: expected url or backend, got both')
  if (typeof backend !== 'object' || typeof (backend as { readonly open?: unknown }).open !== 'function') {
    throw new TypeError(`createRota: backend: expected a store such as sqlite({ file }), got ${typeof backend}`)
  }
  return () => backend
}

/** Each task once. Two of one name would leave it to chance which of them runs a job. */
function checkTasks(tasks: readonly AnyTask[]): readonly AnyTask[] {
  if (!Array.isArray(tasks)) throw new TypeError(`createRota: tasks: expected a list, got ${typeof tasks}`)
  const byName = new Map<string, AnyTask>()
  for (const task of tasks as readonly AnyTask[]) {
    checkTask('createRota: tasks', task)
    const other = byName.get(task.name)
    if (other !== undefined && other !== task) {
      throw new TypeError(`createRota: tasks: expected each name once, got two tasks named "${task.name}"`)
    }
    byName.set(task.name, task)
  }
  return Object.freeze([...byName.values()])
}
