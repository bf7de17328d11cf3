import { encodeReason } from '../codec/reason.js'
import type { Clock, IdMaker } from '../model/clock.js'
import type { CallArguments, JobOptions } from '../model/job-options.js'
import type { AnyTask, TaskCall, TaskDefinition } from '../model/task-definition.js'
import { Telemetry } from '../observe/telemetry.js'
import type { CountRecord } from '../port/inspector.js'
import type { CancelOutcome, DeleteOutcome, RetryOutcome } from '../port/job-store.js'
import type { ScheduleObject } from '../schedule/schedule-object.js'
import type { Connection } from './connection.js'
import type { DeadLetterOptions, DeadLetters } from './dead-letters.js'
import type { EnqueueMiddleware } from './enqueue-middleware.js'
import type { BatchOptions, EnqueueOptions, HandlesOf } from './enqueue-options.js'
import { Enqueuer } from './enqueuer.js'
import type { PurgeOptions } from './job-control.js'
import type { JobDesk } from './job-desk.js'
import { idOf, type JobHandle, type JobRef } from './job-handle.js'
import { JobMaker } from './job-maker.js'
import type { ListOptions } from './job-reader.js'
import type { JobDetailsView, JobView } from './job-view.js'
import { type ControlOptions, QueueControl } from './queue-control.js'
import { ScheduleControl } from './schedule-control.js'
import type { RedriveOptions, RedriveReport } from './redrive.js'
import type { ScheduleOptions } from './schedule-options.js'
import type { ScheduleOutcome } from './task-scheduler.js'
import type { ResultOptions } from './results.js'
import type { JobChange, WatchOptions } from './watch.js'
import type { WorkerView } from './workers.js'

/** What a client is made of. */
export interface ClientParts<Tx> {
  readonly connection: Connection<Tx>
  readonly clock: Clock
  readonly ids: IdMaker
  /** Runs around every enqueue, the first outermost. @defaultValue none */
  readonly middleware?: readonly EnqueueMiddleware[]
  /** Gets figures, and lets jobs carry traces. @defaultValue nobody does */
  readonly telemetry?: Telemetry
}

/** What a cancel says. */
export interface CancelOptions extends ControlOptions {
  /** Kept with the job, for people; up to 1,000 characters. */
  readonly reason?: string
}

/**
 * Everything that a program can ask of its tasks without running them: enqueue, look, wait, control.
 * `Tx` is the transaction that the store takes; `never` where it takes none.
 */
export class Client<Tx = never> {
  /** Pauses queues, resumes them, and changes how they behave. */
  readonly queues: QueueControl<Tx>
  /** Looks at schedules, declares sets of them, pauses, resumes, runs and removes them. */
  readonly schedules: ScheduleControl<Tx>
  readonly #connection: Connection<Tx>
  readonly #clock: Clock
  readonly #enqueuer: Enqueuer<Tx>
  #desk: Promise<JobDesk<Tx>> | undefined

  constructor({ connection, clock, ids, middleware = [], telemetry = new Telemetry(false) }: ClientParts<Tx>) {
    this.#connection = connection
    this.#clock = clock
    const maker = new JobMaker({ clock, ids })
    this.#enqueuer = new Enqueuer({ connection, clock, maker, keeper: this, middleware, telemetry })
    this.queues = new QueueControl(connection)
    this.schedules = new ScheduleControl({ connection, clock, ids, maker })
  }

  /**
   * Stores many jobs, of one task or of several: `enqueue([a.with(payload), b.with(other, { delay: '1 minute' })])`.
   * All or nothing as far as the store takes them at a time; above that the call is split, and an error says in
   * `facts.enqueued` how many of the first jobs are stored. With `atomic` it is refused there with `BATCH_TOO_LARGE`.
   */
  enqueue<const Calls extends readonly TaskCall[]>(calls: Calls, options?: BatchOptions<Tx>): Promise<HandlesOf<Calls>>
  /** Stores one job that was described before. */
  enqueue<Result>(call: TaskCall<Result>, options?: BatchOptions<Tx>): Promise<JobHandle<Result>>
  /**
   * Stores one job of `task`, and resolves when it is durable. Enqueues of one turn of the event loop share one write.
   * Rejects with `INPUT_INVALID` when the payload does not fit the task's schema, `PAYLOAD_INVALID` and `PAYLOAD_TOO_LARGE`
   * when no store could keep it, always before anything is written.
   */
  enqueue<Wire, Result>(
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what the handler gets is nothing to its callers
    task: TaskDefinition<Wire, any, Result, any>,
    ...args: CallArguments<NoInfer<Wire>, EnqueueOptions<Tx>>
  ): Promise<JobHandle<Result>>
  enqueue(
    first: AnyTask | TaskCall | readonly TaskCall[],
    second?: unknown,
    third?: EnqueueOptions<Tx>,
  ): Promise<JobHandle | readonly JobHandle[]> {
    if (Array.isArray(first)) return this.#enqueuer.all(first as readonly TaskCall[], second as BatchOptions<Tx>)
    if (!isCall(first)) return this.#enqueuer.one(first as AnyTask, second, third)
    return this.#enqueuer.one(first.task, first.payload, { ...first.options, ...(second as JobOptions) })
  }

  /**
   * Makes jobs of `task` again and again: `schedule('nightly', '0 3 * * *', report, payload, { timeZone: 'Europe/Amsterdam' })`.
   * `expression` is a cron of five fields, `every 10s`, `rate(5 minutes)`, `@daily` or `@every 1h30m`, or what
   * `daily`, `monthly` or `interval` of `rota/schedule` return. The name is its identity: the same again changes nothing,
   * anything else edits it. Rejects with `SCHEDULE_INVALID`, `SCHEDULE_EXISTS`, and `SCHEDULE_OWNED` for one of a declared set.
   */
  schedule<Wire>(
    name: string,
    expression: string | ScheduleObject,
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- neither what the handler gets nor what it gives matters here
    task: TaskDefinition<Wire, any, any, any>,
    ...[payload, options]: CallArguments<NoInfer<Wire>, ScheduleOptions>
  ): Promise<ScheduleOutcome> {
    return this.schedules.put(name, expression, task, payload, options)
  }

  /** The job as it is now; null when its record is gone or never was. */
  async get(job: JobRef, options: ControlOptions = {}): Promise<JobView | null> {
    const { reader } = await this.#openDesk()
    return reader.get(job, options.signal)
  }

  /** What the attempts of a job reported: progress, log lines, errors. */
  async details(job: JobRef, options: ControlOptions = {}): Promise<JobDetailsView | null> {
    const { reader } = await this.#openDesk()
    return reader.details(job, options.signal)
  }

  /** Jobs of one state, a page at a time: waiting ones in the order in which they will start, finished ones the latest first. */
  async list(options: ListOptions = {}): Promise<{ readonly jobs: readonly JobView[]; readonly next: string | null }> {
    const { reader } = await this.#openDesk()
    return reader.list(options)
  }

  /** All jobs of one state, page after page. */
  async *jobs(options: Omit<ListOptions, 'after'> = {}): AsyncGenerator<JobView, void, undefined> {
    const { reader } = await this.#openDesk()
    yield* reader.each(options)
  }

  /** How many jobs there are now and ever were, by queue, task and state. Kept up to date, so it costs nothing to ask. */
  async counts(
    options: ControlOptions & { readonly queues?: readonly string[] } = {},
  ): Promise<readonly CountRecord[]> {
    const { reader } = await this.#openDesk()
    return reader.counts(options.queues, options.signal)
  }

  /** Calls a job off: one that waits never starts, one that runs is asked to stop and its result is not kept. */
  cancel(job: JobRef, options?: CancelOptions): Promise<CancelOutcome>
  /** Calls jobs off; outcome *i* belongs to job *i*. */
  cancel(jobs: readonly JobRef[], options?: CancelOptions): Promise<readonly CancelOutcome[]>
  async cancel(
    jobs: JobRef | readonly JobRef[],
    options: CancelOptions = {},
  ): Promise<CancelOutcome | readonly CancelOutcome[]> {
    const reason = encodeReason(options.reason, 'cancel')
    const { control } = await this.#openDesk()
    return likeInput(jobs, await control.cancel(idsOf(jobs), reason, options.signal))
  }

  /** Runs a finished job again, with all its tries; a job that waits for its time becomes due now. */
  retry(job: JobRef, options?: ControlOptions): Promise<RetryOutcome>
  /** Runs finished jobs again; outcome *i* belongs to job *i*. */
  retry(jobs: readonly JobRef[], options?: ControlOptions): Promise<readonly RetryOutcome[]>
  async retry(
    jobs: JobRef | readonly JobRef[],
    options: ControlOptions = {},
  ): Promise<RetryOutcome | readonly RetryOutcome[]> {
    const { control } = await this.#openDesk()
    return likeInput(jobs, await control.retry(idsOf(jobs), options.signal))
  }

  /**
   * Runs failed jobs again, in the order in which they failed: `redrive({ queue: 'mail', code: 'ECONNREFUSED', rate: 50 })`. Safe while
   * workers run and beside others that do the same; one that was aborted is continued by the same call. What fails meanwhile is left alone.
   */
  async redrive(options: RedriveOptions = {}): Promise<RedriveReport> {
    const { control } = await this.#openDesk()
    return control.redrive(options)
  }

  /** The failed jobs, by queue, task and what went wrong. Bounded: it looks at the latest 10,000, or as many as `limit` says. */
  async deadLetters(options: DeadLetterOptions = {}): Promise<DeadLetters> {
    const { reader } = await this.#openDesk()
    return reader.deadLetters(options)
  }

  /** Removes the record of a job that is not running. */
  delete(job: JobRef, options?: ControlOptions): Promise<DeleteOutcome>
  /** Removes the records of jobs that are not running; outcome *i* belongs to job *i*. */
  delete(jobs: readonly JobRef[], options?: ControlOptions): Promise<readonly DeleteOutcome[]>
  async delete(
    jobs: JobRef | readonly JobRef[],
    options: ControlOptions = {},
  ): Promise<DeleteOutcome | readonly DeleteOutcome[]> {
    const { control } = await this.#openDesk()
    return likeInput(jobs, await control.delete(idsOf(jobs), options.signal))
  }

  /** Removes all jobs of one state that fit, and says how many. Stops between two pages when aborted. */
  async purge(options: PurgeOptions): Promise<number> {
    const { control } = await this.#openDesk()
    return control.purge(options)
  }

  /**
   * Waits until a job is done, and gives what its handler returned.
   * Rejects with `JOB_FAILED` (`facts`: id, failure, error), `JOB_CANCELLED`, `JOB_UNKNOWN`, `STORE_CORRUPT` when the
   * result on record cannot be read, `TIMEOUT`, `BACKEND_CLOSED`.
   */
  result<Result>(job: JobHandle<Result>, options?: ResultOptions): Promise<Result>
  result(job: JobRef, options?: ResultOptions): Promise<unknown>
  async result(job: JobRef, options?: ResultOptions): Promise<unknown> {
    const { results } = await this.#openDesk()
    return results.wait(idOf(job), options)
  }

  /** Changes of jobs from now on, in the order of their commits, until `signal` aborts. */
  async *watch(options: WatchOptions = {}): AsyncGenerator<JobChange, void, undefined> {
    const desk = await this.#openDesk()
    yield* desk.watch(options)
  }

  /** The processes that run jobs or fire schedules now. */
  async workers(options: ControlOptions = {}): Promise<readonly WorkerView[]> {
    const desk = await this.#openDesk()
    return desk.workers(options.signal)
  }

  /** Lets enqueues that are under way end, rejects whoever waits for a result with `BACKEND_CLOSED`, and closes the store. */
  async close(): Promise<void> {
    await this.#enqueuer.close()
    const closed = this.#connection.close()
    const desk = await this.#desk
    await desk?.results.close()
    await closed
  }

  /** Loaded at its first use: it is a quarter of the modules, and a program that only enqueues never needs them. */
  #openDesk(): Promise<JobDesk<Tx>> {
    this.#desk ??= import('./job-desk.js').then(({ JobDesk }) => new JobDesk(this.#connection, this.#clock))
    return this.#desk
  }
}

function isCall(value: unknown): value is TaskCall {
  return typeof value === 'object' && value !== null && 'payload' in value && 'task' in value
}

function idsOf(jobs: JobRef | readonly JobRef[]): readonly string[] {
  return isList(jobs) ? jobs.map(idOf) : [idOf(jobs)]
}

/** One outcome for one job, a list for a list. */
function likeInput<Outcome>(
  jobs: JobRef | readonly JobRef[],
  outcomes: readonly Outcome[],
): Outcome | readonly Outcome[] {
  if (isList(jobs)) return outcomes
  const [outcome] = outcomes
  if (outcome === undefined) throw new Error(`expected the store to answer for job "${idOf(jobs)}", got nothing`)
  return outcome
}

function isList(jobs: JobRef | readonly JobRef[]): jobs is readonly JobRef[] {
  return Array.isArray(jobs)
}
