import { Batcher } from '../async/batcher.js'
import type { Clock } from '../model/clock.js'
import type { NewJob } from '../model/job.js'
import type { Backend } from '../port/backend.js'
import type { EnqueueOutcome } from '../port/job-store.js'
import { isTransient } from './transient.js'

/** A store writes so many jobs in a few milliseconds; larger groups save nothing more and block the event loop of an embedded one. */
const GROUP_ITEMS_MAX = 1_000

/** Joins the single enqueues of concurrent callers into one write of the store. No caller sees the error of another (law 17). */
export class EnqueueBatcher {
  readonly #backend: Backend<never>
  readonly #batcher: Batcher<NewJob, EnqueueOutcome>
  readonly #groupsUniqueKeys: boolean
  readonly #alone = new Set<Promise<unknown>>()

  constructor(backend: Backend<never>, clock: Clock) {
    this.#backend = backend
    this.#groupsUniqueKeys = backend.capabilities.groupsUniqueKeys
    this.#batcher = new Batcher({
      clock,
      what: 'enqueue',
      flush: (jobs) => backend.jobs.enqueue({ jobs }),
      itemsMax: Math.min(GROUP_ITEMS_MAX, backend.limits.enqueueItems),
      bytesMax: backend.limits.enqueueBytes,
      bytesOf: bytesAtMost,
      isolate: (error) => mayBeOneCallers(backend, error),
    })
  }

  /**
   * Resolves when the job is durable. Aborted while its group is being written the job may exist all the same. `isNamed`: its id was
   * chosen by the caller, so somebody else may choose it too.
   */
  add(job: NewJob, signal: AbortSignal | undefined, isNamed: boolean): Promise<EnqueueOutcome | undefined> {
    if ((isNamed || job.uniqueKey !== null) && !this.#groupsUniqueKeys) return this.#enqueueAlone(job, signal)
    return this.#batcher.add([job], signal).then(first)
  }

  /** Takes no more, and resolves when everything that was added is answered. */
  async close(): Promise<void> {
    await this.#batcher.close()
    await Promise.allSettled(this.#alone)
  }

  /** A key, or an id, that another transaction holds makes the whole group wait, so it waits alone. */
  async #enqueueAlone(job: NewJob, signal: AbortSignal | undefined): Promise<EnqueueOutcome | undefined> {
    const call = this.#backend.jobs.enqueue({ jobs: [job], signal })
    this.#alone.add(call)
    try {
      return first(await call)
    } finally {
      this.#alone.delete(call)
    }
  }
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
