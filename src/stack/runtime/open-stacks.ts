import { resolve } from 'node:path'
import { urlOfConfig } from '../../app/config-routes.js'
import { configSource } from '../../app/config-source.js'
import { makeInvoker } from '../../app/make-invoker.js'
import { type CommonOptions, resolveOptions } from '../../app/rota-options.js'
import { Rota } from '../../app/rota.js'
import type { StopOptions, WorkerSettings } from '../../app/services.js'
import { Connection } from '../../client/connection.js'
import type { Invoker } from '../../client/resource-proxies.js'
import type { AppConfig } from '../../config/app-config.js'
import { ChildRoom } from '../../isolation/child-room.js'
import type { Clock } from '../../model/clock.js'
import {
  type AnyTask,
  type FailureReport,
  task,
  type TaskDefinition,
  type TaskOn,
} from '../../model/task-definition.js'
import type { LockStore } from '../../port/lock-store.js'
import type { Backend } from '../../port/backend.js'
import { uuidMaker } from '../../time/ids.js'
import { systemRandom } from '../../time/random.js'
import { systemClock } from '../../time/system-clock.js'
import type { BundleTarget } from '../bundle/bundle-target.js'
import { declareStacks, type StacksOutcome } from './declare-stacks.js'
import { errorLogTask } from './error-log-task.js'
import { ErrorLog } from './error-log.js'
import { fleetLimits } from './fleet-limits.js'
import { FleetSlots } from './fleet-slots.js'
import { failureTask } from './failure-task.js'
import type { FunctionLine } from './heard-runner.js'
import { onErrorLogTask, onFailureTask, resourceNames } from './resource-names.js'
import { servedQueues } from './served-queues.js'
import { functionsOf, StackRunners, targetOf } from './stack-functions.js'
import { stackTasks, type StackTasksParts } from './stack-tasks.js'

/** How the stacks of an app are opened. */
export interface StacksOptions extends Omit<CommonOptions, 'tasks' | 'onFailure' | 'tasksDir' | 'app'> {
  readonly config: AppConfig
  /** Makes a file that Node can run of a function: the `build` of a bundler. */
  readonly build: (target: BundleTarget) => Promise<{ readonly file: string }>
  /**
   * Hears of functions that cannot be built; their jobs wait until `use` brings a file. Left out: opening fails with the error of
   * the first.
   */
  readonly onBuildError?: ((target: BundleTarget, error: unknown) => void) | undefined
  /** Hears every line that functions write, as they write it. @defaultValue nobody does */
  readonly onLine?: ((line: FunctionLine) => void) | undefined
  /**
   * Children that live at one time, over all functions; more attempts wait, and one that has nothing to do makes room. A function
   * that waits for the job of another takes two. @defaultValue `ROTA_CHILDREN_MAX`, or else 4 for each processor and 16 at least, as far
   * as they fit into half of the memory at 128 MB each
   */
  readonly childrenMax?: number | undefined
  /** The store. @defaultValue what the config says, or else `.rota/<app>.db` beside it */
  readonly url?: string | undefined
  /** A store that is there already, in place of `url`; functions in children do not reach it. */
  readonly backend?: Backend | undefined
}

/** Makes everything that a config says, and starts nothing but the children that are to be kept warm. */
export async function openStacks(options: StacksOptions): Promise<Stacks> {
  const stacks = new Stacks(options)
  try {
    await stacks.build()
    return stacks
  } catch (error) {
    await stacks.close()
    throw error
  }
}

/** The stacks of an app. To run them: `await stacks.declare()`, then `stacks.rota.run()`. */
export class Stacks implements AsyncDisposable {
  /** Runs their tasks and fires their crons, once it is started. */
  readonly rota: Rota
  /** What has to be bundled, one for each function; for those who watch sources. */
  readonly targets: readonly BundleTarget[]
  readonly #options: StacksOptions
  readonly #connection: Connection
  readonly #runners: StackRunners
  readonly #errors: ErrorLog | null
  readonly #tasks: ReadonlyMap<string, AnyTask>
  /** Those that the store had on record when the app was declared. */
  #queues: readonly string[] = []

  constructor(options: StacksOptions) {
    const { backend, build: _build, childrenMax, config, onBuildError: _onBuildError, onLine, url, ...common } = options
    const clock = common.clock ?? systemClock
    const where = backend === undefined ? { url: url ?? urlOfConfig(config) } : { backend }
    const functions = functionsOf(config)
    this.#options = options
    this.targets = functions.map(targetOf)
    this.#runners = new StackRunners(functions, {
      folder: config.folder,
      room: new ChildRoom(childrenMax ?? childrenMaxOf(process.env)),
      environment: where.url === undefined ? {} : { ROTA_URL: absoluteUrl(where.url) },
      invoker: () => invoker,
      clock,
      onLine,
      onOutput: (record, line) => common.logger?.info({ task: record }, line),
    })
    const names = resourceNames(config)
    const runnerOf = (record: string) => this.#runners.get(record)
    this.#errors = this.#errorLog(clock)
    const slots = this.#slots(clock)
    const tasks = stackTasks({ config, runnerOf, names, errors: this.#errors, clock, slots })
    const onFailure = this.#onFailure()
    this.#tasks = new Map(tasks.map((one) => [one.name, one]))
    const schedules = config.tasksDir === null ? {} : { tasksDir: config.tasksDir, app: config.app }
    const told = {
      ...common,
      ...schedules,
      worker: this.#workerSettings(common.worker),
      ...(onFailure === null ? {} : { onFailure }),
    }
    const resolved = resolveOptions<never>({ ...told, ...where, clock, tasks: [...tasks, ...this.#errorTasks(clock)] })
    this.#connection = new Connection(resolved.load)
    this.rota = new Rota({ ...resolved, connection: this.#connection, ids: uuidMaker(clock, systemRandom) })
    const invoker: Invoker = makeInvoker(
      { client: this.rota, connection: this.#connection, clock, knownTask: (name) => this.#tasks.get(name) },
      [configSource(async () => config, clock)],
    )
  }

  /** Bundles every function, side by side. */
  async build(): Promise<void> {
    const { build, onBuildError } = this.#options
    await Promise.all(
      this.targets.map(async (target) => {
        try {
          const { file } = await build(target)
          await this.use(target.task, file)
        } catch (error) {
          if (onBuildError === undefined) throw error
          onBuildError(target, error)
        }
      }),
    )
  }

  /** Puts on record what the config says: routes, limits of queues, crons. What it does not say any more is removed. */
  async declare(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<StacksOutcome> {
    const { control } = await this.#connection.open(options.signal)
    const outcome = await declareStacks(this.#options.config, {
      rota: this.rota,
      routes: control,
      taskOf: (record) => this.#tasks.get(record) ?? task<unknown>(record),
      signal: options.signal,
    })
    this.#queues = (await this.rota.queues.list(options)).map(({ name }) => name)
    return outcome
  }

  /** Has a task, by its name on record, run another file from the next attempt on. Resolves once that file is at hand. */
  async use(record: string, file: string): Promise<void> {
    await this.#runners.get(record).use(file)
  }

  /** Stops what runs, closes the store, and ends every child. A second call can shorten the grace of the first. */
  async close(options: StopOptions = {}): Promise<void> {
    try {
      await this.rota.stop(options)
      await this.#errors?.close()
    } finally {
      await Promise.all([this.rota.close(), this.#runners.close()])
    }
  }

  /** As `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Which queues there are is known once the app is declared; a worker reads its settings when it starts. */
  #workerSettings(given: WorkerSettings = {}): WorkerSettings {
    const served = (): WorkerSettings['queues'] => ({
      ...servedQueues(this.#options.config, this.#queues, given.concurrency),
      ...given.queues,
    })
    return {
      ...given,
      get queues() {
        return served()
      },
    }
  }

  #slots(clock: Clock): StackTasksParts['slots'] {
    const locks = async (signal: AbortSignal): Promise<LockStore> => (await this.#connection.open(signal)).locks
    const made = [...fleetLimits(this.#options.config).slots].map(([task, { count, queue }]) => {
      return [task, { fleet: new FleetSlots({ task, count, locks, clock, random: systemRandom }), queue }] as const
    })
    return new Map(made)
  }

  #errorLog(clock: Clock): ErrorLog | null {
    const { config } = this.#options
    if (config.onErrorLog === null) return null
    const store = async (sink: AnyTask, event: unknown): Promise<unknown> => this.rota.enqueue(sink, event)
    return new ErrorLog({ task: task<unknown>(onErrorLogTask(config)), store, now: () => clock.now() })
  }

  #errorTasks(clock: Clock): readonly TaskOn<never>[] {
    const { config } = this.#options
    if (config.onErrorLog === null) return []
    const name = onErrorLogTask(config)
    return [errorLogTask(name, { runner: this.#runners.get(name), clock, timeoutMs: config.onErrorLog.timeoutMs })]
  }

  #onFailure(): TaskDefinition<FailureReport> | null {
    const { config } = this.#options
    if (config.onFailure === null) return null
    const name = onFailureTask(config)
    const { isolation, timeoutMs } = config.onFailure
    const parts = { runner: this.#runners.get(name), names: resourceNames(config) }
    return failureTask(name, { ...parts, timeoutMs: isolation === 'none' ? timeoutMs : null })
  }
}

/** How many children the surroundings of a program want; undefined: they do not say. */
function childrenMaxOf({ ROTA_CHILDREN_MAX: text }: NodeJS.ProcessEnv): number | undefined {
  if (text === undefined || text === '') return undefined
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new TypeError(`ROTA_CHILDREN_MAX: expected a whole number of at least 1, got ${JSON.stringify(text)}`)
}

/** The store as a child finds it, whose working directory is another one. */
function absoluteUrl(url: string): string {
  const [, path] = /^sqlite:(?!\/\/)(.+)$/.exec(url) ?? []
  return path === undefined ? url : `sqlite:${resolve(path)}`
}
