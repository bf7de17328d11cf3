import { isDeepStrictEqual } from 'node:util'
import type { WorkerLogger as RotaLogger } from '../../worker/event-sink.js'
import type { AppConfig } from '../../config/app-config.js'
import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { WorkerEvent } from '../../worker/worker-event.js'
import type { BundleTarget } from '../bundle/bundle-target.js'
import { openStacks, type Stacks } from '../runtime/open-stacks.js'
import type { DevEvent, NextTick } from './dev-event.js'
import { keyOf, type WatchedBundles } from './watched-bundles.js'

/** What the stacks of one config are run with. */
export interface DevRunParts {
  readonly config: AppConfig
  readonly url: string
  readonly bundles: WatchedBundles
  readonly tell: (event: DevEvent) => void
  readonly logger: RotaLogger
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** How long an app waits for its bundles before it starts. Hundreds of tasks are bundled while the first of them run. */
const BUNDLES_WITHIN_MS: DurationMs = 2_000

/** The longest that a function may take: the grace of one that a change of the config must not end. */
const FUNCTION_MS_MAX: DurationMs = 900_000

/** Schedules whose next ticks are looked at, and those that are told. */
const SCHEDULES_MAX = 1_000
const TICKS_TOLD_MAX = 20

/** The stacks of one config while they run. */
export class DevRun {
  readonly #parts: DevRunParts
  readonly #running = new Map<string, string>()
  /** The bundles that its tasks run, by the keys of their targets. */
  readonly #used = new Map<string, string>()
  #stacks: Stacks | null = null
  #next: readonly NextTick[] | null = null

  private constructor(parts: DevRunParts) {
    this.#parts = parts
  }

  /** Bundles the functions of a config, and opens what it says. Starts nothing. */
  static async open(parts: DevRunParts): Promise<DevRun> {
    const run = new DevRun(parts)
    await run.#open()
    return run
  }

  get config(): AppConfig {
    return this.#parts.config
  }

  /** One for each function. */
  get targets(): readonly BundleTarget[] {
    return this.#stacks?.targets ?? []
  }

  get runningJobs(): readonly { readonly id: string; readonly task: string }[] {
    return [...this.#running].map(([id, task]) => ({ id, task }))
  }

  /** Puts on record what the config says. */
  async declare(signal?: AbortSignal): Promise<void> {
    await this.#stacks?.declare({ signal })
  }

  /** Runs tasks and fires crons from now on. */
  async start(signal: AbortSignal): Promise<void> {
    await this.declare(signal)
    await this.#stacks?.rota.start()
  }

  /** Has a task run another bundle from its next attempt on; nothing for a target that is not of this config. */
  async use(target: BundleTarget, file: string): Promise<void> {
    const key = keyOf(target)
    if (!this.targets.some((one) => keyOf(one) === key)) return
    this.#used.set(key, file)
    await this.#stacks?.use(target.task, file)
  }

  /** Uses what was bundled while it was being opened. */
  async catchUp(): Promise<void> {
    for (const target of this.targets) {
      const file = this.#parts.bundles.fileOf(target)
      if (file !== null && file !== this.#used.get(keyOf(target))) await this.use(target, file)
    }
  }

  /** Looks once what its schedules do next. */
  async tick(): Promise<void> {
    const { signal, tell } = this.#parts
    const schedules = (await this.#stacks?.rota.schedules.list({ limit: SCHEDULES_MAX, signal })) ?? []
    const next = schedules
      .flatMap(({ name, nextTickAt, paused }) =>
        paused || nextTickAt === null ? [] : [{ schedule: name, at: nextTickAt.getTime() }],
      )
      .sort((one, other) => one.at - other.at)
      .slice(0, TICKS_TOLD_MAX)
    if (isDeepStrictEqual(next, this.#next)) return
    this.#next = next
    tell({ type: 'ticks', next })
  }

  /** Takes no new job, lets those that run end within the grace, and closes the store; null: as long as a function may take. */
  async close(graceMs: DurationMs | null): Promise<void> {
    await this.#stacks?.close({ grace: graceMs ?? FUNCTION_MS_MAX })
  }

  /** Shortens the grace of a close that is under way. */
  async hurry(graceMs: DurationMs): Promise<void> {
    await this.#stacks?.rota.stop({ grace: graceMs })
  }

  async #open(): Promise<void> {
    const { bundles, clock, config, logger, signal, tell, url } = this.#parts
    const deadline = new AbortController()
    const late = clock.sleep(BUNDLES_WITHIN_MS, AbortSignal.any([signal, deadline.signal])).catch(() => undefined)
    try {
      this.#stacks = await openStacks({
        config,
        url,
        clock,
        logger,
        worker: { attemptEvents: true, onEvent: (event) => this.#heardWorker(event) },
        scheduler: { onEvent: (event) => tell({ type: 'scheduler', event }) },
        onLine: (line) => tell({ type: 'line', line }),
        build: async (target) => {
          await Promise.race([bundles.begin(target), late])
          const file = bundles.fileOf(target)
          if (file === null) throw NOT_YET
          this.#used.set(keyOf(target), file)
          return { file }
        },
        onBuildError: (_, error) => {
          if (error !== NOT_YET) throw error
        },
      })
    } finally {
      deadline.abort()
    }
  }

  #heardWorker(event: WorkerEvent): void {
    if (event.type === 'started') this.#running.set(event.job.id, event.job.task)
    if (event.type === 'ended' || event.type === 'lease-lost') this.#running.delete(event.job.id)
    // What could not run yet was given back; one that snoozes by itself has its bundle already.
    if (event.type === 'ended' && event.outcome === 'snooze') this.#parts.bundles.hurry(event.job.task)
    this.#parts.tell({ type: 'worker', event })
  }
}

/** A task that has no bundle: its mistakes are told when they are found, and its jobs wait. */
const NOT_YET = new Error('no bundle so far')
