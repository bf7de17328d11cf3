import { addHeaders } from '../codec/headers.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { NewJob } from '../model/job.js'
import type { AnyTask, TaskCall } from '../model/task-definition.js'
import type { LiveTelemetry } from '../observe/live-telemetry.js'
import type { Telemetry } from '../observe/telemetry.js'
import type { Backend } from '../port/backend.js'
import type { EnqueueOutcome } from '../port/job-store.js'
import { closedError, type Connection } from './connection.js'
import { EnqueueBatcher } from './enqueue-batcher.js'
import { type EnqueueMiddleware, type EnqueueRequest, storeTogether, withMiddleware } from './enqueue-middleware.js'
import type { BatchOptions, EnqueueOptions, WriteOptions } from './enqueue-options.js'
import { JobHandle, type JobKeeper } from './job-handle.js'
import type { JobMaker } from './job-maker.js'
import { splitJobs } from './split-jobs.js'

/** What an enqueuer is made of. */
export interface EnqueuerParts<Tx> {
  readonly connection: Connection<Tx>
  readonly clock: Clock
  readonly maker: JobMaker
  readonly keeper: JobKeeper
  readonly middleware: readonly EnqueueMiddleware[]
  readonly telemetry: Telemetry
}

/** Checks, encodes and stores jobs: one at a time through the group commit of all callers, many in calls of their own. */
export class Enqueuer<Tx> {
  readonly #connection: Connection<Tx>
  readonly #clock: Clock
  readonly #maker: JobMaker
  readonly #keeper: JobKeeper
  readonly #middleware: readonly EnqueueMiddleware[]
  readonly #telemetry: Telemetry
  #batcher: EnqueueBatcher | undefined
  /** Calls that are not with the batcher, or not yet: a close waits for them too. */
  readonly #underWay = new Set<Promise<unknown>>()
  #isClosed = false

  constructor({ connection, clock, maker, keeper, middleware, telemetry }: EnqueuerParts<Tx>) {
    this.#connection = connection
    this.#clock = clock
    this.#maker = maker
    this.#keeper = keeper
    this.#middleware = middleware
    this.#telemetry = telemetry
  }

  /** One job. Runs for every single enqueue of a program: no promise and no object more than needed. */
  one(task: AnyTask, payload: unknown, options: EnqueueOptions<Tx> | undefined): Promise<JobHandle> {
    if (this.#isClosed) return Promise.reject(closedError())
    if (this.#middleware.length === 0) return this.#storeOne(task, payload, options)
    const store = withMiddleware(
      (request) => this.#storeOne(request.task, request.payload, { ...request.options, ...writeOptionsOf(options) }),
      this.#middleware,
    )
    return this.#track(store({ task, payload, options: options ?? {} }))
  }

  /** Many jobs, all or nothing up to the limits of the store. */
  async all(calls: readonly TaskCall[], options: BatchOptions<Tx> = {}): Promise<readonly JobHandle[]> {
    if (this.#isClosed) throw closedError()
    if (this.#middleware.length === 0) return this.#track(this.#storeAll(calls, options))
    return this.#track(storeTogether(calls, this.#middleware, (requests) => this.#storeAll(requests, options)))
  }

  /** Waits for what is under way; refuses what comes later. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#underWay)
    await this.#batcher?.close()
  }

  #storeOne(task: AnyTask, payload: unknown, options: EnqueueOptions<Tx> | undefined): Promise<JobHandle> {
    try {
      const job = this.#maker.make(task, payload, options)
      if (!(job instanceof Promise)) return this.#tell(job, options)
      return this.#track(job.then((made) => this.#tell(made, options)))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Lets the job carry the trace that is active now, where somebody listens. */
  #tell(job: NewJob, options: EnqueueOptions<Tx> | undefined): Promise<JobHandle> {
    const { live } = this.#telemetry
    if (live === null) return this.#send(job, options, null)
    if (live instanceof Promise)
      return this.#track(live.then((loaded) => this.#send(traced(job, loaded), options, loaded)))
    return this.#send(traced(job, live), options, live)
  }

  #send(job: NewJob, options: EnqueueOptions<Tx> | undefined, live: LiveTelemetry | null): Promise<JobHandle> {
    const backend = this.#connection.current
    if (backend === undefined)
      return this.#track(this.#connection.open(options?.signal).then(() => this.#send(job, options, live)))
    const tx = options?.tx
    if (tx !== undefined) {
      const stored = backend.jobs.enqueue({ jobs: [job], signal: options?.signal }, tx)
      return this.#track(stored.then(([outcome]) => this.#handle(job, outcome, live)))
    }
    this.#batcher ??= new EnqueueBatcher(backend, this.#clock)
    const isNamed = options?.id !== undefined
    return this.#batcher.add(job, options?.signal, isNamed).then((outcome) => this.#handle(job, outcome, live))
  }

  async #storeAll(requests: readonly EnqueueRequest[], options: BatchOptions<Tx>): Promise<readonly JobHandle[]> {
    // All of them are made before the first is written, so that one that is wrong leaves nothing behind.
    const made: NewJob[] = []
    for (const { task, payload, options: said } of requests) {
      const job = this.#maker.make(task, payload, said)
      made.push(job instanceof Promise ? await job : job)
    }
    const live = await this.#telemetry.live
    const headers = live?.traceHeaders() ?? null
    const jobs = headers === null ? made : made.map((job) => carrying(job, headers))
    const backend = await this.#connection.open(options.signal)
    const parts = splitJobs(jobs, backend.limits)
    if (parts.length > 1 && options.atomic === true) throw tooLargeError(jobs.length, backend)
    const handles: JobHandle[] = []
    for (const part of parts) {
      try {
        const outcomes = await backend.jobs.enqueue({ jobs: part, signal: options.signal }, options.tx)
        part.forEach((job, index) => handles.push(this.#handle(job, outcomes[index], live)))
      } catch (error) {
        if (parts.length === 1) throw error
        throw partlyError(error, { enqueued: handles.length, jobs: jobs.length }, options.signal?.aborted === true)
      }
    }
    return handles
  }

  #track<T>(call: Promise<T>): Promise<T> {
    const done = (): void => void this.#underWay.delete(call)
    this.#underWay.add(call)
    call.then(done, done)
    return call
  }

  #handle(job: NewJob, outcome: EnqueueOutcome | undefined, live: LiveTelemetry | null): JobHandle {
    if (outcome === undefined) throw new Error(`enqueue: expected the store to answer for job "${job.id}", got nothing`)
    if (live !== null) live.meters?.client.stored(job, outcome.status)
    return new JobHandle(outcome.id, job.task, outcome.status, this.#keeper)
  }
}

/** The same job with the headers of the trace that is active now. */
function traced(job: NewJob, live: LiveTelemetry | null): NewJob {
  const headers = live?.traceHeaders() ?? null
  return headers === null ? job : carrying(job, headers)
}

function carrying(job: NewJob, headers: Readonly<Record<string, string>>): NewJob {
  return { ...job, headers: addHeaders(job.headers, headers) }
}

function writeOptionsOf<Tx>(options: EnqueueOptions<Tx> | undefined): WriteOptions<Tx> {
  return { tx: options?.tx, signal: options?.signal }
}

function tooLargeError(count: number, { name, limits }: Pick<Backend<never>, 'name' | 'limits'>): RotaError {
  const { enqueueItems, enqueueBytes } = limits
  const taken = `${enqueueItems} jobs or ${enqueueBytes} bytes`
  const message = `${count} jobs do not fit into one write: "${name}" takes ${taken} at a time; leave out "atomic" to let them be split`
  return new RotaError('BATCH_TOO_LARGE', message, { facts: { jobs: count, enqueued: 0, enqueueItems, enqueueBytes } })
}

/** Several writes cannot be taken back together, so the error says how far they got. */
function partlyError(
  cause: unknown,
  facts: { readonly enqueued: number; readonly jobs: number },
  isAborted: boolean,
): RotaError {
  const said = cause instanceof Error ? cause.message : String(cause)
  const code = isAborted ? 'ABORTED' : RotaError.is(cause) ? cause.code : 'BACKEND_UNAVAILABLE'
  const message = `the first ${facts.enqueued} of ${facts.jobs} jobs were enqueued, the others were not: ${said}`
  return new RotaError(code, message, { facts, cause })
}
