import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { JobRecord } from '../model/job.js'
import { isFinished } from '../model/job-state.js'
import type { Backend } from '../port/backend.js'
import type { JobEvent } from '../port/event-log.js'
import { EventTail } from './event-tail.js'
import { isTransient } from './transient.js'

/** Jobs that are looked up in one call. */
const LOOKUP_MAX = 500

/** One caller that waits for one job. */
interface Waiter {
  readonly resolve: (job: JobRecord) => void
  readonly reject: (error: unknown) => void
}

/**
 * Tells when jobs have ended, to any number of callers, with one reader of the event log.
 *
 * A job is looked up when somebody begins to wait for it, and again when the log says that it ended or when the log has lost
 * its place; in between it costs an entry of a map. The reader runs only while somebody waits.
 */
export class EndWatch {
  readonly #backend: Backend<never>
  readonly #clock: Clock
  readonly #waiters = new Map<string, Set<Waiter>>()
  /** Jobs to look up with the next tick. */
  readonly #unsure = new Set<string>()
  #reader: { readonly tail: EventTail; readonly stop: AbortController; readonly done: Promise<void> } | undefined
  #closed: Error | undefined

  constructor(backend: Backend<never>, clock: Clock) {
    this.#backend = backend
    this.#clock = clock
  }

  /** The record of a job once it has ended; rejects with `JOB_UNKNOWN` when there is none. */
  ended(id: string, signal?: AbortSignal): Promise<JobRecord> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined || signal?.aborted === true) {
        reject((this.#closed ?? signal?.reason) as Error)
        return
      }
      const onAbort = (): void => {
        this.#forget(id, waiter)
        reject(signal?.reason as Error)
      }
      const waiter: Waiter = {
        resolve: (job) => {
          signal?.removeEventListener('abort', onAbort)
          resolve(job)
        },
        reject: (error) => {
          signal?.removeEventListener('abort', onAbort)
          reject(error)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#await(id, waiter)
    })
  }

  /** Rejects whoever waits with `reason`, and everybody who comes later. */
  async close(reason: Error): Promise<void> {
    this.#closed = reason
    this.#rejectAll(reason)
    const reader = this.#reader
    reader?.stop.abort(reason)
    await reader?.done
  }

  #await(id: string, waiter: Waiter): void {
    const others = this.#waiters.get(id)
    if (others === undefined) this.#waiters.set(id, new Set([waiter]))
    else others.add(waiter)
    this.#unsure.add(id)
    if (this.#reader === undefined) this.#start()
    else this.#reader.tail.nudge()
  }

  #forget(id: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(id)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#waiters.delete(id)
    if (this.#waiters.size === 0) this.#reader?.tail.nudge()
  }

  #start(): void {
    const stop = new AbortController()
    const tail = new EventTail(this.#backend, this.#clock)
    this.#reader = { tail, stop, done: this.#run(tail, stop.signal) }
  }

  /** Runs while somebody waits; whoever comes after its last look starts another. */
  async #run(tail: EventTail, signal: AbortSignal): Promise<void> {
    try {
      // Not before the caller has noted this reader.
      await Promise.resolve()
      while (this.#waiters.size > 0 && !(await this.#open(tail, signal))) await tail.wait(signal)
      while (this.#waiters.size > 0) {
        const isMore = await this.#tick(tail, signal).catch((error: unknown) => this.#bear(error))
        if (!isMore) await tail.wait(signal)
      }
    } catch (error) {
      this.#rejectAll(error)
    } finally {
      tail.close()
      this.#reader = undefined
      if (this.#waiters.size > 0) this.#start()
    }
  }

  /** False when the store cannot be asked now. */
  async #open(tail: EventTail, signal: AbortSignal): Promise<boolean> {
    return tail.open(signal).then(
      () => true,
      (error: unknown) => this.#bear(error),
    )
  }

  /** One look at the log and one at the jobs in question; false when nothing is known to be left. */
  async #tick(tail: EventTail, signal: AbortSignal): Promise<boolean> {
    const { events, missed } = await tail.read(signal)
    if (missed) for (const id of this.#waiters.keys()) this.#unsure.add(id)
    for (const event of events) if (this.#concerns(event)) this.#unsure.add(event.id)
    if (this.#unsure.size === 0) return events.length > 0
    const ids = [...this.#unsure].slice(0, LOOKUP_MAX)
    // Out of the list before the question: whoever begins to wait meanwhile puts its job in again.
    for (const id of ids) this.#unsure.delete(id)
    try {
      const jobs = await this.#backend.inspector.get({ ids, signal })
      ids.forEach((id, index) => this.#answer(id, jobs[index] ?? null))
    } catch (error) {
      for (const id of ids) this.#unsure.add(id)
      throw error
    }
    return true
  }

  /** A store that is busy or away comes back, and callers have said how long they want to wait. */
  #bear(error: unknown): false {
    if (isTransient(this.#backend, error)) return false
    throw error
  }

  #concerns({ id, state }: JobEvent): boolean {
    return this.#waiters.has(id) && (state === 'deleted' || isFinished(state))
  }

  #answer(id: string, job: JobRecord | null): void {
    if (job !== null && !isFinished(job.state)) return
    const waiters = this.#waiters.get(id)
    this.#waiters.delete(id)
    for (const waiter of waiters ?? []) {
      if (job === null) waiter.reject(unknownError(id))
      else waiter.resolve(job)
    }
  }

  #rejectAll(error: unknown): void {
    const all = [...this.#waiters.values()]
    this.#waiters.clear()
    this.#unsure.clear()
    for (const waiters of all) for (const waiter of waiters) waiter.reject(error)
  }
}

function unknownError(id: string): RotaError {
  const message = `no job "${id}" is on record: it never was, was deleted, or its retention has ended`
  return new RotaError('JOB_UNKNOWN', message, { facts: { id } })
}
