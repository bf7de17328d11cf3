import type { Connection } from '../client/connection.js'
import { makeResources, type Resources } from '../client/resource-proxies.js'
import type { IdMaker } from '../model/clock.js'
import type { AnyTask } from '../model/task-definition.js'
import type { PeriodSchedule } from '../scheduler/period-source.js'
import type { ScheduledRoutine } from '../scheduler/routine-scheduler.js'
import type { RoutineWork } from '../scheduler/routine-work.js'
import type { Scheduler } from '../scheduler/scheduler.js'
import type { Worker } from '../worker/worker.js'
import { checkSchedulerSettings, checkWorkerSettings } from './check-settings.js'
import { ownInvoker } from './own-invoker.js'
import type { ResolvedOptions } from './rota-options.js'
import { RoutineDesk } from './routine-desk.js'
import type { RunOptions, RunSummary } from './run-until-signal.js'
import type { ServiceTelemetry } from './service-telemetry.js'
import {
  Services,
  type SchedulerSettings,
  type StopOptions,
  type StopSummary,
  type WorkerSettings,
} from './services.js'
import { TaskHost } from './task-host.js'
import { declareTaskFiles } from './task-files.js'

/** What a rota is made of. */
export interface RotaParts<Tx> extends ResolvedOptions<Tx> {
  readonly connection: Connection<Tx>
  readonly ids: IdMaker
}

/** A program's tasks, and everything that can be done with them. Made by `createRota`. */
export class Rota<Tx = never> extends TaskHost<Tx> implements AsyncDisposable {
  /** `Task`, `Queue`, `Topic` and `Cron` on this rota, for programs that have several: `const { Task } = rota.resources`. */
  readonly resources: Resources
  readonly #parts: RotaParts<Tx>
  readonly #services = new Services()
  readonly #routines: RoutineDesk
  /** Loaded with the first service. */
  #observed: ServiceTelemetry | undefined
  #started: Promise<void> | undefined

  constructor(parts: RotaParts<Tx>) {
    super({ ...parts, middleware: parts.enqueueMiddleware })
    this.#parts = parts
    const { clock, connection, ids, logger, scheduler } = parts
    this.#routines = new RoutineDesk({ connection, clock, ids, logger, name: scheduler.name })
    const knownTask = (name: string): AnyTask | undefined => this.knownTask(name)
    this.resources = makeResources(ownInvoker({ client: this, connection, clock, knownTask }))
  }

  /** Opens the store now instead of at the first use, so that a program learns at its start when that cannot be done. */
  async open(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    await this.#parts.connection.open(options.signal)
  }

  /**
   * Runs tasks and fires schedules until SIGTERM or SIGINT comes or `signal` aborts; then takes no new job, lets running
   * handlers end within the grace, gives the rest back without a try spent, and resolves. A second signal, half a second
   * later or more, ends the process at once. The store stays open: look at what was done, then `close`.
   *
   * With an `AbortSignal` in place of options it is a routine of `rota/lifecycle`, as in `main(rota, httpServer(server))`: it runs
   * until that signal aborts, and leaves the signals of the operating system to others.
   */
  async run(options: RunOptions | AbortSignal = {}): Promise<RunSummary> {
    const { runUntilSignal } = await import('./run-until-signal.js')
    const settings = options instanceof AbortSignal ? { signal: options, signals: [] } : options
    return runUntilSignal(this, settings, process, this.#parts.clock)
  }

  /** Runs tasks and fires schedules in the background until `stop` or `close`. Any number of calls start it once. */
  start(): Promise<void> {
    this.#started ??= this.#start().catch((error: unknown) => {
      this.#started = undefined
      throw error
    })
    return this.#started
  }

  /**
   * Stops everything that was started here, and says how that went. The store stays open. A second call while the first is
   * under way waits for the same end; its `grace` can only shorten it.
   */
  async stop(options: StopOptions = {}): Promise<StopSummary> {
    // One that is being started is stopped once it has; why it could not start is told to whoever started it.
    await this.#started?.catch(() => undefined)
    this.#started = undefined
    return this.#services.stop(options).finally(() => this.#observed?.stopped())
  }

  /** Runs tasks only: for programs whose schedules another process fires. Stopped with the others, or by itself. */
  async startWorker(settings: WorkerSettings = {}): Promise<Worker> {
    const { clock, connection, ids, logger, onFailure, runMiddleware, worker } = this.#parts
    checkWorkerSettings('startWorker', settings)
    return this.#services.startWorker(async () => {
      const { Worker } = await import('../worker/worker.js')
      const backend = await connection.open()
      const tasks = this.takeTasks()
      const shared = { backend, clock, ids, tasks, middleware: runMiddleware, onFailure: onFailure ?? undefined }
      const telemetry = await (await this.#observer()).ofWorker(backend)
      return new Worker({ logger, ...worker, ...settings, ...shared, telemetry })
    })
  }

  /**
   * Fires schedules only: for programs whose tasks another process runs. Stopped with the others, or by itself.
   * The schedules of `tasksDir` are written first; rejects with `TASK_FILES_INVALID` when any of its files is wrong.
   */
  async startScheduler(settings: SchedulerSettings = {}): Promise<Scheduler> {
    checkSchedulerSettings('startScheduler', settings)
    return this.#services.startScheduler(async () => {
      await this.#declareTaskFiles()
      return this.#newScheduler(settings)
    })
  }

  /**
   * Makes a routine that runs another one by a schedule, each period once over all instances that use this store; for work that
   * belongs to the program and is no task. Nothing runs until the routine is called, or given to `main` of `rota/lifecycle`; it
   * ends when its signal aborts. `withSchedule` of `rota/scheduler` tells the rules.
   *
   * @param name free text of 1 to 128 characters; here only once
   * @param schedule in the zone of this process unless it names one. One that cannot be read rejects when the routine is called
   */
  withSchedule(name: string, schedule: PeriodSchedule, routine: RoutineWork): ScheduledRoutine {
    return this.#routines.withSchedule(name, schedule, routine)
  }

  /** Stops everything that was started here, then closes the store. */
  override async close(): Promise<void> {
    try {
      await this.stop()
    } finally {
      await super.close()
    }
  }

  /** As `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #start(): Promise<void> {
    // Before a worker takes its first job: files that are wrong end this start, and nothing should have run by then.
    await this.#declareTaskFiles()
    try {
      await Promise.all([this.startWorker(), this.#services.startScheduler(() => this.#newScheduler({}))])
    } catch (error) {
      await this.#services.stop({}).finally(() => this.#observed?.stopped())
      throw error
    }
  }

  async #newScheduler(settings: SchedulerSettings): Promise<Scheduler> {
    const { clock, connection, ids, logger, scheduler } = this.#parts
    const { Scheduler } = await import('../scheduler/scheduler.js')
    const backend = await connection.open()
    const given = { logger, ...scheduler, ...settings }
    const onEvent = await (await this.#observer()).ofScheduler(backend, given.onEvent)
    return new Scheduler({ ...given, onEvent, backend, clock, ids })
  }

  async #observer(): Promise<ServiceTelemetry> {
    const { ServiceTelemetry } = await import('./service-telemetry.js')
    this.#observed ??= new ServiceTelemetry(this.#parts)
    return this.#observed
  }

  async #declareTaskFiles(): Promise<void> {
    const { connection, logger, taskFiles } = this.#parts
    if (taskFiles === null) return
    const tasks = this.knownTasks
    await declareTaskFiles(this.schedules, { ...taskFiles, tasks, logger, signal: connection.closing })
  }
}
