import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { WorkerLogger as RotaLogger } from '../../worker/event-sink.js'
import { Alarm } from '../../async/alarm.js'
import { Loop, type TickOutcome } from '../../async/loop.js'
import type { AppConfig, AwsOnlyUse } from '../../config/app-config.js'
import { loadConfig } from '../../config/load-config.js'
import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import { systemRandom } from '../../time/random.js'
import { type Bundler, createBundler } from '../bundle/create-bundler.js'
import { declarationFile, writeDeclaration } from '../declaration/write-declaration.js'
import { ConfigFiles } from './config-files.js'
import type { DevEvent } from './dev-event.js'
import { DevRun } from './dev-run.js'
import { WatchedBundles } from './watched-bundles.js'

/** What an app is developed with. */
export interface DevOptions {
  /** Its root file. Absolute. */
  readonly file: string
  /** The store that a config means. */
  readonly urlOf: (config: AppConfig) => Promise<string>
  /** Says what is wrong with the URL of a store, or null. @defaultValue nothing ever is */
  readonly urlReason?: ((url: string) => string | null) | undefined
  readonly tell: (event: DevEvent) => void
  /** Where worker and scheduler write. */
  readonly logger: RotaLogger
  readonly clock: Clock
}

/** Editors write a file in several steps. */
const QUIET_MS: DurationMs = 30

/** How often files are looked at that nobody tells of: a `stack.json` in a folder that had none, and all on a file system that is mute. */
const LOOK_EVERY_MS: DurationMs = 3_000

/** How long jobs get to end when the program ends. Their functions are at hand when it starts again, and they lose no try. */
const GRACE_MS: DurationMs = 5_000

/**
 * An app under development in one process: its config and sources are watched, and what runs is always the last version of each that
 * had no mistakes.
 *
 * | happens                       | does                                                                      |
 * |-------------------------------|---------------------------------------------------------------------------|
 * | a source changes              | its tasks are bundled again; their next attempts run the new bundles      |
 * | a source gets a mistake       | it is told; the bundles before run on                                     |
 * | the config changes            | the new app is opened and started, then the one before ends what it runs  |
 * | the config gets a mistake     | it is told; the app before runs on                                        |
 */
export class DevApp {
  readonly #options: DevOptions
  readonly #files: ConfigFiles
  readonly #bundler: Bundler
  readonly #bundles: WatchedBundles
  readonly #loop: Loop
  readonly #quiet: Alarm
  readonly #stop = new AbortController()
  readonly #ending = new Map<DevRun, Promise<void>>()
  readonly #toldAwsOnly = new Set<AwsOnlyUse['property']>()
  #looping: Promise<void> = Promise.resolve()
  #looking: Promise<unknown> = Promise.resolve()
  #run: DevRun | null = null
  /** What the files were when they were last read. */
  #state: string | null = null
  #mistake: string | null = null

  constructor(options: DevOptions) {
    const { clock, file, tell } = options
    this.#options = options
    this.#loop = new Loop({
      clock,
      random: systemRandom,
      tick: () => this.tick(),
      onError: (error) => this.#fail(error),
    })
    this.#quiet = new Alarm(clock, () => this.#loop.wake())
    this.#files = new ConfigFiles(file, () => this.#quiet.setWithin(QUIET_MS))
    this.#bundler = createBundler({ folder: dirname(file), clock })
    this.#bundles = new WatchedBundles(this.#bundler, {
      built: (target, { file: bundle, tookMs }, isFirst) => {
        const told = this.#run?.use(target, bundle) ?? Promise.resolve()
        const { task } = target
        void told.then(
          () => tell({ type: 'built', task, tookMs, isFirst }),
          (error: unknown) => tell({ type: 'build-failed', task, error, isRunning: true }),
        )
      },
      failed: ({ task }, error, isRunning) => tell({ type: 'build-failed', task, error, isRunning }),
    })
  }

  /** The jobs that run now, those of an app before this one too. */
  get runningJobs(): readonly { readonly id: string; readonly task: string }[] {
    return [this.#run, ...this.#ending.keys()].flatMap((run) => run?.runningJobs ?? [])
  }

  /** Runs the app, and follows its files from then on. A config with mistakes is waited for. */
  async start(): Promise<void> {
    await this.tick()
    this.#looping = this.#loop.run(this.#stop.signal)
  }

  /** Looks once whether the config has changed, and runs what it says now. Never two at once. */
  tick(): Promise<TickOutcome> {
    const look = this.#looking.then(() => this.#look())
    this.#looking = look.catch(() => undefined)
    return look
  }

  /** Ends what runs, within 5 s and with no try spent, and watches nothing any more. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#quiet.cancel()
    this.#files.close()
    await Promise.all([this.#looping, this.#looking])
    const run = this.#run
    this.#run = null
    for (const one of this.#ending.keys()) void one.hurry(GRACE_MS)
    await Promise.all([this.#bundler.close(), run?.close(GRACE_MS), ...this.#ending.values()])
  }

  async #look(): Promise<TickOutcome> {
    const { clock } = this.#options
    const state = await this.#files.state(this.#stop.signal)
    // What is wrong may lie elsewhere: a source that is not there, a store that does not answer.
    if (state !== this.#state || this.#mistake !== null) await this.#read(state)
    await this.#run?.tick().catch(() => undefined) // a store that fails is the worker's to tell
    return { nextAt: clock.now() + LOOK_EVERY_MS }
  }

  async #read(state: string): Promise<void> {
    const { file, tell, urlReason } = this.#options
    try {
      const reason = urlReason === undefined ? {} : { urlReason }
      const config = await loadConfig(file, { ...reason, signal: this.#stop.signal })
      this.#files.follow(config.files)
      const isSame = this.#run !== null && isDeepStrictEqual(config, this.#run.config) && config.tasksDir === null
      if (!isSame) await this.#open(config)
      else if (this.#mistake !== null) tell({ type: 'config-restored' })
      this.#mistake = null
      this.#state = state
    } catch (error) {
      this.#state = state
      this.#fail(error)
    }
  }

  async #open(config: AppConfig): Promise<void> {
    const { clock, logger, tell, urlOf } = this.#options
    await this.#declareTypes(config)
    const before = this.#run
    const url = await urlOf(config)
    const run = await DevRun.open({
      config,
      url,
      clock,
      logger,
      tell,
      bundles: this.#bundles,
      signal: this.#stop.signal,
    })
    try {
      await run.start(this.#stop.signal)
    } catch (error) {
      await run.close(GRACE_MS)
      await before?.declare().catch(() => undefined) // what went wrong is told, and says more
      throw error
    }
    this.#run = run
    await run.catchUp()
    tell({ type: 'opened', config, url, isFirst: before === null })
    this.#tellAwsOnly(config)
    if (before !== null) this.#end(before)
    await this.#bundles.keep(run.targets)
  }

  /** Lets an app end what it runs, however long that takes; it takes nothing new. */
  #end(run: DevRun): void {
    const ended = run
      .close(null)
      .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'dev: what ran before did not end well'))
    this.#ending.set(run, ended)
    void ended.then(() => this.#ending.delete(run))
  }

  async #declareTypes(config: AppConfig): Promise<void> {
    const { tell } = this.#options
    const file = declarationFile(config)
    try {
      if ((await writeDeclaration(config, file)) !== 'unchanged') tell({ type: 'types-written', file })
    } catch (error) {
      tell({ type: 'types-failed', error })
    }
  }

  #tellAwsOnly({ awsOnly }: AppConfig): void {
    const uses = awsOnly.filter(({ property }) => !this.#toldAwsOnly.has(property))
    for (const { property } of uses) this.#toldAwsOnly.add(property)
    if (uses.length > 0) this.#options.tell({ type: 'aws-only', uses })
  }

  #fail(error: unknown): void {
    if (this.#stop.signal.aborted) return
    const mistake = error instanceof Error ? error.message : String(error)
    if (mistake === this.#mistake) return
    this.#mistake = mistake
    this.#options.tell({ type: 'config-failed', error, isRunning: this.#run !== null })
  }
}
