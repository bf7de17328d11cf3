import { withDeadline } from '../async/deadline.js'
import { Loop, type LoopOptions, type TickOutcome } from '../async/loop.js'
import { Service } from '../async/service.js'
import { RotaError } from '../model/errors.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { Wakeup } from '../port/wakeups.js'
import { ScheduleCache } from './schedule-cache.js'
import { type ResolvedSchedulerOptions, resolveSchedulerOptions, type SchedulerOptions } from './scheduler-options.js'
import { runRound } from './tick-round.js'
import { UnreadableSchedules } from './unreadable-schedules.js'

/** How often the scheduler says that it is there, and looks for a hint that was lost (law 9). */
const BEAT_MS: DurationMs = 10_000

/** How long a stop waits for the call under way. */
const GRACE_MS: DurationMs = 5_000

/**
 * Fires schedules: sleeps until the next tick is due, makes its job, and goes on. Any number of schedulers may run on one
 * store; each tick happens once (law 7).
 */
export class Scheduler implements AsyncDisposable {
  readonly id: string
  readonly #options: ResolvedSchedulerOptions
  readonly #service: Service
  readonly #rounds: Loop
  readonly #beats: Loop
  readonly #cache = new ScheduleCache()
  readonly #unreadable = new UnreadableSchedules()
  readonly #loops = new AbortController()
  readonly #startedAt: EpochMs
  #running: Promise<unknown> = Promise.resolve()
  #fired = 0
  /** The tick that is waited for, by this process's clock. */
  #nextTickAt: EpochMs = Infinity
  #unsubscribe = (): void => undefined

  constructor(given: SchedulerOptions) {
    const options = resolveSchedulerOptions(given)
    const { clock, node, random } = options
    this.id = node.id
    this.#startedAt = clock.now()
    this.#options = options
    const onError: LoopOptions['onError'] = (error, { failures, delayMs: retryInMs }) =>
      options.tell({ type: 'store-error', error, failures, retryInMs })
    const parts = { clock, random, onError }
    this.#rounds = new Loop({ ...parts, tick: (signal) => this.tick(signal), errorDelayMaxMs: 5_000 })
    this.#beats = new Loop({ ...parts, tick: (signal) => this.#beat(signal) })
    this.#service = new Service({
      clock,
      what: `scheduler "${node.id}"`,
      start: async () => this.#start(),
      drain: () => this.#stop(),
      graceMs: GRACE_MS,
    })
  }

  /** Jobs that this scheduler has made. */
  get fired(): number {
    return this.#fired
  }

  /** Begins to fire. Resolves at once; a store that is down is waited for. */
  start(): Promise<void> {
    return this.#service.start()
  }

  /** Fires nothing more; resolves when the call under way has ended or was called off. Any number of calls stop it once. */
  async stop(): Promise<void> {
    await this.#service.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Fires what is due now, once; says when the next look is worth it, by this process's clock. */
  async tick(signal?: AbortSignal): Promise<TickOutcome> {
    const { backend, clock, pollMs, tell } = this.#options
    const parts = { backend, cache: this.#cache, unreadable: this.#unreadable, tell }
    const { jobs, nextTickAt, now } = await this.#bounded('fire', signal, (bound) => runRound(parts, bound))
    this.#fired += jobs
    // The two clocks may differ; what counts is how long it is until then.
    const nextAt: EpochMs | null = nextTickAt === null ? null : clock.now() + nextTickAt - now
    this.#nextTickAt = nextAt ?? Infinity
    const { shared, wakeups } = backend.capabilities
    const everyChangeIsHinted = wakeups === 'shared' || (wakeups === 'local' && !shared)
    if (everyChangeIsHinted) return { nextAt }
    return { nextAt: Math.min(nextAt ?? Infinity, clock.now() + pollMs) }
  }

  #start(): void {
    const { signal } = this.#loops
    this.#unsubscribe = this.#options.backend.wakeups?.subscribe((hint) => this.#hinted(hint)) ?? this.#unsubscribe
    this.#running = Promise.all([this.#rounds.run(signal), this.#beats.run(signal), this.#keepBeating(signal)])
  }

  async #stop(): Promise<void> {
    this.#unsubscribe()
    this.#loops.abort(new Error(`scheduler "${this.id}" has stopped`))
    await this.#running
    const { control } = this.#options.backend
    // A store that is down forgets the node by itself.
    await this.#bounded('leave', undefined, (signal) => control.leave({ nodeId: this.id, signal })).catch(
      () => undefined,
    )
  }

  /** By elapsed time: a clock that is set back must neither silence the node nor hide a schedule for hours. */
  async #keepBeating(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      await clock.sleep(BEAT_MS, signal).catch(() => undefined)
      this.#beats.wake()
    }
  }

  async #beat(signal: AbortSignal): Promise<TickOutcome> {
    const { backend, node } = this.#options
    const record = {
      ...node,
      kind: 'scheduler',
      startedAt: this.#startedAt,
      queues: [],
      tasks: [],
      running: 0,
    } as const
    const { nextTickAt, now } = await this.#bounded('beat', signal, (bound) =>
      backend.control.beat({ node: { ...record, beatMs: BEAT_MS }, locks: [], signal: bound }),
    )
    // A hint was lost, or a clock was set: there is a tick before the one that is waited for.
    if (nextTickAt !== null && nextTickAt - now < this.#nextTickAt - this.#options.clock.now()) this.#rounds.wake()
    return { nextAt: null }
  }

  #hinted(hint: Wakeup): void {
    if (hint.kind === 'schedules' || hint.kind === 'resync') this.#rounds.wake()
  }

  #bounded<T>(call: string, signal: AbortSignal | undefined, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { callTimeoutMs: lengthMs, clock } = this.#options
    const reason = (): RotaError => {
      const message = `the store did not answer to ${call} within ${lengthMs} ms; it is asked again`
      return new RotaError('CALL_TIMEOUT', message, { facts: { call, timeoutMs: lengthMs } })
    }
    return withDeadline({ clock, lengthMs, reason, signal }, make)
  }
}
