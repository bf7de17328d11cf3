import { Batcher } from '../async/batcher.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { NewJob } from '../model/job.js'
import type { Backend } from '../port/backend.js'
import type { EnqueueOutcome } from '../port/job-store.js'
import { isTransient } from './transient.js'

/** A store writes so many jobs in a few milliseconds; larger groups save nothing more and block the event loop of an embedded one. */
const GROUP_ITEMS_MAX = 1_000

/** The answer of a group that met a key which somebody's open transaction holds: each of it goes on by itself. */
const ALONE = 'alone'

type GroupOutcome = EnqueueOutcome | typeof ALONE

/** A store that works elsewhere writes one group while the next is being put together. */
const REMOTE_FLUSHES = 2

/** Joins the single enqueues of concurrent callers into one write of the store. No caller sees the error of another (law 17). */
export class EnqueueBatcher {
  readonly #backend: Backend<never>
  readonly #batcher: Batcher<NewJob, EnqueueOutcome>
  /** Of jobs whose key or id somebody else may hold, where such a job makes its whole group wait; null where it does not. */
  readonly #contended: Batcher<NewJob, GroupOutcome> | null
  /** Writes of jobs that had to leave their group. */
  readonly #alone = new Set<Promise<unknown>>()
  /** How many of them wait for each id and each key; an id is no key. */
  readonly #waitedFor = { ids: new Map<string, number>(), keys: new Map<string, number>() }

  constructor(backend: Backend<never>, clock: Clock) {
    this.#backend = backend
    const options = {
      clock,
      what: 'enqueue',
      itemsMax: Math.min(GROUP_ITEMS_MAX, backend.limits.enqueueItems),
      bytesMax: backend.limits.enqueueBytes,
      bytesOf: bytesAtMost,
      isolate: (error: unknown) => mayBeOneCallers(backend, error),
    }
    const { groupsUniqueKeys, remote = false } = backend.capabilities
    const concurrency = remote ? REMOTE_FLUSHES : 1
    this.#batcher = new Batcher({ ...options, concurrency, flush: (jobs) => backend.jobs.enqueue({ jobs }) })
    this.#contended = groupsUniqueKeys ? null : new Batcher({ ...options, flush: (jobs) => this.#enqueueGroup(jobs) })
  }

  /**
   * Resolves when the job is durable. Aborted while its group is being written the job may exist all the same. `isNamed`: its id was
   * chosen by the caller, so somebody else may choose it too.
   */
  add(job: NewJob, signal: AbortSignal | undefined, isNamed: boolean): Promise<EnqueueOutcome | undefined> {
    if ((isNamed || job.uniqueKey !== null) && this.#contended !== null) {
      return this.#addContended(this.#contended, job, signal)
    }
    return this.#batcher.add([job], signal).then(first)
  }

  /** Takes no more, and resolves when everything that was added is answered. */
  async close(): Promise<void> {
    await Promise.all([this.#batcher.close(), this.#contended?.close()])
    await Promise.allSettled(this.#alone)
  }

  /** A key, or an id, that another transaction holds would make the whole group wait, so then it waits alone. */
  async #addContended(
    group: Batcher<NewJob, GroupOutcome>,
    job: NewJob,
    signal: AbortSignal | undefined,
  ): Promise<EnqueueOutcome | undefined> {
    if (this.#isWaitedFor(job)) return this.#enqueueAlone(job, signal)
    const [outcome] = await group.add([job], signal)
    return outcome === ALONE ? this.#enqueueAlone(job, signal) : outcome
  }

  async #enqueueGroup(jobs: readonly NewJob[]): Promise<readonly GroupOutcome[]> {
    try {
      return await this.#backend.jobs.enqueue({ jobs, impatient: true })
    } catch (error) {
      if (!RotaError.is(error) || error.code !== 'BUSY') throw error
      return jobs.map(() => ALONE)
    }
  }

  /** Another job waits alone for the same key or id. */
  #isWaitedFor({ id, uniqueKey }: NewJob): boolean {
    const { ids, keys } = this.#waitedFor
    return ids.has(id) || (uniqueKey !== null && keys.has(uniqueKey))
  }

  async #enqueueAlone(job: NewJob, signal: AbortSignal | undefined): Promise<EnqueueOutcome | undefined> {
    const { ids, keys } = this.#waitedFor
    const call = this.#backend.jobs.enqueue({ jobs: [job], signal })
    this.#alone.add(call)
    count(ids, job.id, 1)
    if (job.uniqueKey !== null) count(keys, job.uniqueKey, 1)
    try {
      return first(await call)
    } finally {
      this.#alone.delete(call)
      count(ids, job.id, -1)
      if (job.uniqueKey !== null) count(keys, job.uniqueKey, -1)
    }
  }
}

function count(counts: Map<string, number>, name: string, by: 1 | -1): void {
  const now = (counts.get(name) ?? 0) + by
  if (now === 0) counts.delete(name)
  else counts.set(name, now)
}

function first(outcomes: readonly EnqueueOutcome[]): EnqueueOutcome | undefined {
  return outcomes[0]
}

/** UTF-8 takes at most three bytes for each unit of a string; counting them would cost more than it saves. */
function bytesAtMost({ payload, headers }: NewJob): number {
  const units = (payload?.json.length ?? 0) + (payload?.note?.length ?? 0) + (headers?.length ?? 0)
  return 3 * units
}

/** A store that is busy, full or broken is so for all of them: asking once for each caller would only add to it. */
function mayBeOneCallers(backend: Backend<never>, error: unknown): boolean {
  if (isTransient(backend, error)) return false
  const kind = backend.classify(error)
  return kind === 'mistake' || kind === 'unknown'
}
