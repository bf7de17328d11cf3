import type { Rota } from '../../app/rota.js'
import type { DurationInput } from '../../model/policy.js'
import type { DurationMs } from '../../model/units.js'
import { parseDuration } from '../../time/duration.js'
import type { FakeClock } from '../../time/fake-clock.js'
import { systemClock } from '../../time/system-clock.js'
import type { Worker } from '../../worker/worker.js'
import { mocks } from '../mocks/mocks.js'
import type { EnqueuedJob } from './enqueued-job.js'
import type { GatedStore } from './gated-store.js'
import { isInsideHandler } from './inside-handler.js'
import { type NamedTask, nameOf } from './named-task.js'
import type { RunCounts, RunTally } from './run-counts.js'

/** How long a handler of a test really runs before it is taken for one that waits for time to pass. */
const PATIENCE: DurationInput = '1 second'

/** A stretch of time in which nothing is due is passed without services when it is longer: they look at their store each second. */
const QUIET_MS: DurationMs = 60_000

/** How a test lets jobs run. */
export interface DrainOptions {
  /** Also the jobs whose time has not come: time moves on to each of them, until no job waits. @defaultValue false */
  readonly scheduled?: boolean
  /** Rejects with what the first handler has thrown, once nothing runs any more. @defaultValue false: errors are counted */
  readonly throws?: boolean
  readonly signal?: AbortSignal | undefined
}

/** What a system of a test is made of. */
export interface TestSystemParts {
  readonly rota: Rota
  readonly clock: FakeClock
  readonly store: GatedStore
  readonly tally: RunTally
  readonly patience: DurationInput | undefined
  /** Closes the rota, and whatever stands around it. */
  readonly close: () => Promise<void>
}

/**
 * A rota for a test: its jobs are in memory, its time stands still until the test moves it, and its jobs run when the test says so.
 * Made by `testRota` and `testStacks`; close it at the end of the test, or say `await using`.
 */
export class TestSystem implements AsyncDisposable {
  /** The rota under test: enqueue, schedule, look, cancel, as in the program. */
  readonly rota: Rota
  /** Its time. Jobs do not run when you move it here: use `advance`. */
  readonly clock: FakeClock
  readonly #store: GatedStore
  readonly #tally: RunTally
  readonly #patienceMs: DurationMs
  readonly #close: () => Promise<void>
  /** When a running attempt was first seen, by the real clock. */
  readonly #seenAt = new Map<string, number>()
  #worker: Promise<Worker> | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ clock, close, patience = PATIENCE, rota, store, tally }: TestSystemParts) {
    this.rota = rota
    this.clock = clock
    this.#store = store
    this.#tally = tally
    this.#patienceMs = parseDuration(patience, 'patience')
    this.#close = close
    mocks.systems.add(this)
  }

  /** Every job that was stored so far, in that order, whatever has become of it; with a task, those of that task. */
  enqueued<Payload>(task: NamedTask<Payload>): readonly EnqueuedJob<Payload>[]
  enqueued(task?: string): readonly EnqueuedJob[]
  enqueued(task?: NamedTask<unknown>): readonly EnqueuedJob[] {
    const name = task === undefined ? undefined : nameOf(task, 'enqueued')
    return this.#store.jobs.filter((job) => name === undefined || job.task === name)
  }

  /**
   * Runs every job that is due, and those that they start, until none is due and none runs; time stands still meanwhile. Says how the
   * attempts ended. A failed attempt is tried again by the next `drain` whose time has come for that.
   */
  drain(options: DrainOptions = {}): Promise<RunCounts> {
    const { scheduled = false, signal, throws = false } = options
    return this.#inTurn(throws, async () => {
      await this.#untilIdle(Infinity, signal)
      if (!scheduled) return
      for (let next = await this.#nextJob(); next !== Infinity; next = await this.#nextJob()) {
        await this.#passUntil(next, signal)
      }
    })
  }

  /**
   * Lets time pass: schedules fire, and jobs run when they are due, each at its own instant. Says how the attempts ended. Work that
   * really takes time, as a look into a file does, is waited for; a handler that still runs after the `patience` of the system is not,
   * since it may wait for time to pass.
   */
  advance(length: DurationInput, options: Pick<DrainOptions, 'throws' | 'signal'> = {}): Promise<RunCounts> {
    const { signal, throws = false } = options
    const lengthMs = parseDuration(length, 'advance')
    return this.#inTurn(throws, () => this.#passUntil(this.clock.now() + lengthMs, signal))
  }

  /** Stops what runs, and forgets everything. */
  async close(): Promise<void> {
    mocks.systems.delete(this)
    await this.#whileTimePasses(this.#close())
  }

  /** As `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** One after the other: two that let jobs run at one time could not tell whose are whose. */
  async #inTurn(throws: boolean, run: () => Promise<void>): Promise<RunCounts> {
    if (isInsideHandler())
      throw new TypeError('drain, advance: expected to be called by the test, got a call of a handler')
    const turn = this.#turn.then(async () => {
      await this.#start()
      this.#tally.take()
      this.#store.open()
      try {
        await run()
      } finally {
        this.#store.close()
      }
      const { counts, errors } = this.#tally.take()
      if (throws && errors.length > 0) throw errors[0]
      return counts
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #start(): Promise<Worker> {
    this.#worker ??= (async () => {
      const [worker] = await Promise.all([this.rota.startWorker(), this.rota.startScheduler()])
      return worker
    })()
    return this.#worker
  }

  async #stop(): Promise<void> {
    this.#worker = undefined
    await this.#whileTimePasses(this.rota.stop())
  }

  /** What ends by itself ends at once; a handler that does not gets the grace of its worker. */
  async #whileTimePasses(ending: Promise<unknown>): Promise<void> {
    let isOver = false
    const over = ending.finally(() => (isOver = true))
    over.catch(() => undefined)
    await this.clock.settle()
    while (!isOver) await this.clock.advance(1_000)
    await over
  }

  async #passUntil(target: number, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const worker = await this.#untilIdle(this.#patienceMs, signal)
      const now = this.clock.now()
      if (now >= target) return
      const next = Math.min(target, Math.max(now + 1, await this.#nextDue()))
      if (worker.status.held === 0 && next - now > QUIET_MS) {
        await this.#stop()
        await this.clock.advanceTo(next)
      } else {
        await this.#step(Math.min(next, now + QUIET_MS), signal)
      }
    }
  }

  /** Lets every timer fire until then, each at its own instant, and run to its end what it has started. */
  async #step(until: number, signal: AbortSignal | undefined): Promise<void> {
    for (let [timer] = this.clock.timers; timer !== undefined && timer.at <= until; [timer] = this.clock.timers) {
      await this.clock.advanceToNext()
      await this.#untilIdle(this.#patienceMs, signal)
    }
    await this.clock.advanceTo(Math.max(until, this.clock.now()))
  }

  /** Waits until nothing runs but handlers that have been waited for long enough. */
  async #untilIdle(patienceMs: DurationMs, signal: AbortSignal | undefined): Promise<Worker> {
    const worker = await this.#start()
    for (let turn = 0; ; turn += 1) {
      signal?.throwIfAborted()
      await this.clock.settle()
      if (this.#store.isEndless) {
        throw new RangeError('expected jobs to come to an end, got ever more of them: does a task start itself?')
      }
      this.#store.rested()
      if (!this.#store.isBusy && this.#waitedEnough(worker, patienceMs)) return worker
      // What it waits for is real now, such as a file.
      if (turn > 0) await systemClock.sleep(1, signal)
    }
  }

  #waitedEnough(worker: Worker, patienceMs: DurationMs): boolean {
    const { held, waiting } = worker.status
    const now = systemClock.monotonic()
    const running = worker.runningJobs()
    for (const { id, fence } of running) {
      const key = `${id} ${fence}`
      if (!this.#seenAt.has(key)) this.#seenAt.set(key, now)
    }
    if (held === 0) this.#seenAt.clear()
    if (held > running.length || waiting > 0) return false
    return running.every(({ id, fence }) => now - (this.#seenAt.get(`${id} ${fence}`) ?? now) >= patienceMs)
  }

  /** When the next job may start, or the next schedule fires; Infinity: nothing is to come. */
  async #nextDue(): Promise<number> {
    const { nextTickAt } = await this.#store.backend.schedules.due({ limit: 1 })
    return Math.min(nextTickAt ?? Infinity, await this.#nextJob())
  }

  /** When the next of the jobs that wait may start; Infinity: none waits but those that nobody runs. */
  async #nextJob(): Promise<number> {
    const now = this.clock.now()
    let next = Infinity
    for await (const { dueAt } of this.rota.jobs({ state: 'pending' })) {
      if (dueAt !== null && dueAt.getTime() > now) next = Math.min(next, dueAt.getTime())
    }
    return next
  }
}
