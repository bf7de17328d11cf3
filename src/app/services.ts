import { parseDuration } from '../time/duration.js'
import type { DurationInput } from '../model/policy.js'
import type { Scheduler } from '../scheduler/scheduler.js'
import type { SchedulerOptions } from '../scheduler/scheduler-options.js'
import type { Worker } from '../worker/worker.js'
import type { WorkerOptions } from '../worker/worker-options.js'

/** What a program may say about its worker; the rest comes from the rota. */
export type WorkerSettings = Omit<
  WorkerOptions,
  'backend' | 'tasks' | 'onFailure' | 'middleware' | 'telemetry' | 'clock' | 'random' | 'ids'
>

/** What a program may say about its scheduler; the rest comes from the rota. */
export type SchedulerSettings = Omit<SchedulerOptions, 'backend' | 'clock' | 'random' | 'ids'>

/** How services are stopped. */
export interface StopOptions {
  /** How long running handlers get; then their signals abort. @defaultValue what the worker says, or else `'25 seconds'` */
  readonly grace?: DurationInput | undefined
}

/** How services came to their end. */
export interface StopSummary {
  /** Attempts that ended by themselves meanwhile. */
  readonly drained: number
  /** Attempts that were given back, without a try spent. */
  readonly released: number
  /** Attempts that neither ended nor could be given back; their leases run out. */
  readonly abandoned: number
}

/** The workers and schedulers that a rota has started and not yet stopped. */
export class Services {
  readonly #workers = new Set<Worker>()
  readonly #schedulers = new Set<Scheduler>()
  /** Starts under way: whoever stops meanwhile waits for them, so that none outlives the stop. */
  readonly #starting = new Set<Promise<unknown>>()

  /** Makes and starts a worker that is stopped with the others. */
  startWorker(make: () => Promise<Worker>): Promise<Worker> {
    return this.#start(this.#workers, make)
  }

  /** Makes and starts a scheduler that is stopped with the others. */
  startScheduler(make: () => Promise<Scheduler>): Promise<Scheduler> {
    return this.#start(this.#schedulers, make)
  }

  /** Stops all of them side by side. Whoever stops them while they are being stopped waits for the same end. */
  async stop({ grace }: StopOptions): Promise<StopSummary> {
    const options = grace === undefined ? {} : { graceMs: parseDuration(grace, 'stop: grace') }
    await Promise.allSettled(this.#starting)
    const workers = [...this.#workers]
    const schedulers = [...this.#schedulers]
    const firing = Promise.all(schedulers.map((scheduler) => scheduler.stop()))
    const [summaries] = await Promise.all([Promise.all(workers.map((worker) => worker.stop(options))), firing])
    return summaries.reduce<StopSummary>(add, { drained: 0, released: 0, abandoned: 0 })
  }

  async #start<S extends Worker | Scheduler>(services: Set<S>, make: () => Promise<S>): Promise<S> {
    const starting = make().then(async (service) => {
      services.add(service)
      void service.stopped.then(() => services.delete(service))
      await service.start()
      return service
    })
    this.#starting.add(starting)
    try {
      return await starting
    } finally {
      this.#starting.delete(starting)
    }
  }
}

function add(sum: StopSummary, one: StopSummary): StopSummary {
  return {
    drained: sum.drained + one.drained,
    released: sum.released + one.released,
    abandoned: sum.abandoned + one.abandoned,
  }
}
