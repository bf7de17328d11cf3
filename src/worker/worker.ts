import { Service } from '../async/service.js'
import type { Lease, Receipt } from '../model/lease.js'
import type { BeatResult } from '../port/control-store.js'
import type { Wakeup } from '../port/wakeups.js'
import type { Attempt } from './attempt.js'
import { Drain, DRAIN_OVERTIME_MS } from './drain.js'
import { resolveWorkerOptions } from './worker-options.js'
import type { WorkerOptions } from './worker-options.js'
import { makeWorkerParts } from './worker-parts.js'
import type { WorkerParts } from './worker-parts.js'
import type { DrainSummary, EventJob } from './worker-event.js'

/** What a worker is doing now. */
export interface WorkerStatus {
  /** Handlers that run, zombies included. */
  readonly running: number
  /** Jobs that were claimed ahead. */
  readonly waiting: number
  /** Leases that this worker has to answer for. */
  readonly held: number
}

/** Claims jobs, runs their handlers, and records how they ended, until it is stopped. */
export class Worker implements AsyncDisposable {
  readonly id: string
  readonly #parts: WorkerParts
  readonly #service: Service
  readonly #drain: Drain
  readonly #loops = new AbortController()
  #running: Promise<unknown> = Promise.resolve()
  #graceOver: AbortSignal = this.#loops.signal
  #summary: DrainSummary = { drained: 0, released: 0, abandoned: 0 }
  #unsubscribe = (): void => undefined
  #unwatch = (): void => undefined

  constructor(options: WorkerOptions) {
    const resolved = resolveWorkerOptions(options)
    const { clock, graceMs, node } = resolved
    this.id = node.id
    this.#parts = makeWorkerParts(resolved, {
      learned: (result) => this.#learned(result),
      over: (attempt) => this.#over(attempt),
    })
    const { claims, held, lanes, stopper } = this.#parts
    this.#drain = new Drain({ clock, held, lanes, stopper, stopClaiming: () => claims.drain() })
    this.#service = new Service({
      clock,
      what: `worker "${node.id}"`,
      start: (signal) => this.#start(signal),
      drain: () => this.#stop(),
      graceMs,
      abandonMs: 2 * DRAIN_OVERTIME_MS + resolved.callTimeoutMs,
    })
  }

  get status(): WorkerStatus {
    const { held, lanes } = this.#parts
    return { running: lanes.running, waiting: lanes.waiting, held: held.size }
  }

  /** The jobs whose handlers run, without those that were settled before their handler ended. */
  runningJobs(): readonly EventJob[] {
    return [...this.#parts.held].filter((attempt) => attempt.handlerRuns).map((attempt) => attempt.describe())
  }

  /** Begins to claim. Resolves at once; a store that is down is waited for. */
  start(): Promise<void> {
    return this.#service.start()
  }

  /**
   * Claims nothing more, gives back what waits, lets running handlers end within the grace, then aborts their signals and gives
   * their jobs back without a try spent. Any number of calls stop it once; `now` ends a grace that is under way.
   */
  async stop(options: { readonly graceMs?: number; readonly now?: boolean } = {}): Promise<DrainSummary> {
    await this.#service.stop(options.now === true ? { graceMs: 0 } : options)
    return this.#summary
  }

  /** Resolves when it has stopped, whoever asked for it. */
  get stopped(): Promise<void> {
    return this.#service.stopped
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Runs leases that a transport has pushed here; resolves with the receipts of those whose settlement was recorded. */
  runBatch(leases: readonly Lease[]): Promise<ReadonlySet<Receipt>> {
    const { clock, keeper, runner } = this.#parts
    return new Promise((resolve) => {
      const recorded = new Set<Receipt>()
      let left = leases.length
      if (left === 0) resolve(recorded)
      runner.runBatch(leases, { wall: clock.now(), monotonic: clock.monotonic() }, ({ receipt }, outcome) => {
        if (outcome === 'settled') recorded.add(receipt)
        left--
        if (left === 0) resolve(recorded)
      })
      keeper.watch()
    })
  }

  async #start(graceOver: AbortSignal): Promise<void> {
    const { backend, beat, claims, maintenance, observer } = this.#parts
    const { signal } = this.#loops
    this.#graceOver = graceOver
    this.#unsubscribe = backend.wakeups?.subscribe((hint) => this.#hinted(hint)) ?? this.#unsubscribe
    this.#unwatch = observer?.watch(() => this.status) ?? this.#unwatch
    this.#running = Promise.all([claims.run(signal), beat.run(signal), maintenance.run(signal)])
  }

  async #stop(): Promise<void> {
    const { beat, events, keeper, reports, timeouts } = this.#parts
    this.#summary = await this.#drain.run(this.#graceOver)
    this.#unsubscribe()
    this.#loops.abort(new Error(`worker "${this.id}" has stopped`))
    await this.#running
    await keeper.close()
    reports.close()
    timeouts.close()
    await beat.leave()
    events.emit({ type: 'drained', summary: this.#summary })
    events.close()
    this.#unwatch()
  }

  #over(attempt: Attempt): void {
    const { claims, timing } = this.#parts
    this.#drain.over(attempt)
    if (!attempt.lease.suspect) return
    // While it was held no other suspect was asked for.
    timing.lookAgain()
    claims.wake()
  }

  #hinted(hint: Wakeup): void {
    const { beat, claims, held, lanes, timing } = this.#parts
    if (hint.kind === 'settings' || hint.kind === 'resync' || (hint.kind === 'cancel' && held.size > 0)) beat.wake()
    const isOurs = hint.kind === 'jobs' && (hint.queues === null || hint.queues.some((queue) => lanes.claims(queue)))
    if (!isOurs && hint.kind !== 'resync') return
    timing.hint()
    claims.wake()
  }

  #learned({ now, paused, cancelRequests, nextVisibleAt }: BeatResult): void {
    const { backend, claims, lanes, stopper, timing } = this.#parts
    if (lanes.pause(new Set(paused))) timing.hint()
    stopper.releaseWaiting((attempt) => attempt.lane.paused)
    if (cancelRequests.length > 0) stopper.cancelRequested(new Set(cancelRequests))
    // A store that does not say what comes next is asked once a beat where others share it: their lost leases give no hint.
    if (nextVisibleAt === undefined && backend.capabilities.shared) timing.dueAt(now)
    else if (nextVisibleAt !== undefined && nextVisibleAt !== null) timing.dueAt(nextVisibleAt)
    claims.wake()
  }
}
