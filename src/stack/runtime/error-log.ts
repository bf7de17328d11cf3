import { ERROR_LOG_HEADER } from '../../handlers/error-log-header.js'
import type { HandlerContext } from '../../model/handler-context.js'
import type { AnyTask } from '../../model/task-definition.js'
import { type ErrorLogEvent, eventOfError, eventOfLine } from './error-log-event.js'

/** Events of one attempt that are handed on: one that logs in a loop is known after a few. */
const EVENTS_PER_ATTEMPT = 20
/** Events that are being stored: the store must not fall behind because of what went wrong with it. */
const UNDER_WAY_MAX = 1_000

/** Stores the job of one event. */
export type StoreEvent = (task: AnyTask, event: ErrorLogEvent) => Promise<unknown>

/** What the runs of functions tell of what went wrong in them. */
export interface AttemptErrors {
  readonly line: (level: 'warn' | 'error', message: string) => void
  readonly thrown: (error: unknown) => void
}

/** Hands warnings and errors of functions to the on-error-log function of the app, as jobs; never fails, and drops what is too much. */
export class ErrorLog {
  readonly #task: AnyTask
  readonly #store: StoreEvent
  readonly #now: () => number
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(parts: { readonly task: AnyTask; readonly store: StoreEvent; readonly now: () => number }) {
    this.#task = parts.task
    this.#store = parts.store
    this.#now = parts.now
  }

  /**
   * Hears what one attempt tells; `origin` is its function. null: the on-error-log function has started it, however far away, and must not
   * be told of its own doing, since that would go on for ever.
   */
  ofAttempt({ job }: Pick<HandlerContext, 'job'>, origin: string): AttemptErrors | null {
    if (job.headers[ERROR_LOG_HEADER] !== undefined) return null
    let told = 0
    const tell = (event: ErrorLogEvent | null): void => {
      if (event === null || told >= EVENTS_PER_ATTEMPT) return
      told++
      this.#send(event)
    }
    const source = () => ({ job, origin, date: new Date(this.#now()) })
    return {
      line: (level, message) => tell(eventOfLine(level, message, source())),
      thrown: (error) => tell(eventOfError(error, source())),
    }
  }

  /** Waits for the events that are being stored. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  #send(event: ErrorLogEvent): void {
    if (this.#underWay.size >= UNDER_WAY_MAX) return
    const stored = this.#store(this.#task, event)
      // Its job says what went wrong too; nothing can be told to somebody who cannot be reached.
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(stored))
    this.#underWay.add(stored)
  }
}
