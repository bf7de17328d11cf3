import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import { Deferred } from './deferred.js'

/** Something that runs in the background until it is stopped. */
export interface ServiceOptions {
  readonly clock: Clock
  /** As it appears in errors, such as `worker "mail"`. */
  readonly what: string
  /** Resolves when the service is up. `signal` aborts when its grace is over: what still runs must end. */
  readonly start: (signal: AbortSignal) => Promise<void>
  /** Takes no new work, and resolves when the work under way has ended. */
  readonly drain: () => Promise<void>
  /** How long draining may take before the signal aborts. @defaultValue 25,000 (Kubernetes kills after 30 s) */
  readonly graceMs?: DurationMs
  /** How long the service may take after the abort before stop no longer waits for it. @defaultValue 3,000 */
  readonly abandonMs?: DurationMs
}

/** How a stop went: all work ended by itself; some had to be aborted; some did not end even then. */
export type StopOutcome = 'drained' | 'aborted' | 'abandoned'

/**
 * The life of a background service.
 *
 * | state    | start()            | stop()                                    |
 * |----------|--------------------|-------------------------------------------|
 * | idle     | starting           | stopped                                   |
 * | starting | the same promise   | stopping, once started                    |
 * | running  | the same promise   | stopping: drain, abort after the grace    |
 * | stopping | refused            | the same promise; a shorter grace counts  |
 * | stopped  | refused            | the same promise                          |
 *
 * A start that fails leads to stopped.
 */
export class Service implements AsyncDisposable {
  readonly #options: ServiceOptions
  readonly #work = new AbortController()
  readonly #drained = new AbortController()
  readonly #abandoned = new Deferred()
  readonly #stopped = new Deferred()
  #starting: Promise<void> | null = null
  #stopping: Promise<StopOutcome> | null = null

  constructor(options: ServiceOptions) {
    this.#options = options
  }

  /** Resolves when it has stopped, however that went and whoever asked for it. */
  get stopped(): Promise<void> {
    return this.#stopped.promise
  }

  /** Brings the service up. Any number of calls start it once. */
  start(): Promise<void> {
    if (this.#stopping !== null)
      return Promise.reject(new TypeError(`${this.#options.what} was stopped, expected a new one to be started`))
    this.#starting ??= this.#start()
    return this.#starting
  }

  /**
   * Lets the work under way end, and aborts it when `graceMs` is over. Any number of calls stop it once; a later call can only shorten the grace.
   * Rejects when draining does.
   */
  stop(options: { readonly graceMs?: DurationMs } = {}): Promise<StopOutcome> {
    const first = this.#stopping === null
    this.#stopping ??= this.#stop()
    if (first || options.graceMs !== undefined)
      void this.#abortAfter(options.graceMs ?? this.#options.graceMs ?? 25_000)
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #start(): Promise<void> {
    try {
      await this.#options.start(this.#work.signal)
    } catch (error) {
      this.#work.abort(error)
      this.#stopping ??= Promise.resolve('drained')
      this.#stopped.resolve()
      throw error
    }
  }

  async #stop(): Promise<StopOutcome> {
    const ended = this.#drain().then(() => (this.#work.signal.aborted ? ('aborted' as const) : ('drained' as const)))
    const abandoned = this.#abandoned.promise.then(() => 'abandoned' as const)
    try {
      return await Promise.race([ended, abandoned])
    } finally {
      this.#drained.abort()
      this.#stopped.resolve()
    }
  }

  async #drain(): Promise<void> {
    if (this.#starting === null) return
    const started = await this.#starting.then(
      () => true,
      () => false,
    )
    if (started) await this.#options.drain()
  }

  async #abortAfter(graceMs: DurationMs): Promise<void> {
    const { clock, what, abandonMs = 3000 } = this.#options
    try {
      await clock.sleep(graceMs, this.#drained.signal)
      this.#work.abort(new Error(`${what} is stopping and its grace is over`))
      await clock.sleep(abandonMs, this.#drained.signal)
      this.#abandoned.resolve()
    } catch {
      // the sleeps end early when the service has drained
    }
  }
}
