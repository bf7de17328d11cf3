import type { Clock } from '../model/clock.js'
import type { AttemptObserver } from './attempt-observer.js'
import type { WorkerEvent } from './worker-event.js'

/** Where a worker writes what people should read; a pino logger fits. */
export interface WorkerLogger {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Lines of one kind and task that are written within one second; the rest is counted. A task can fail 10,000 times a minute. */
const LINES_PER_SECOND_MAX = 5

interface Rate {
  since: number
  lines: number
  dropped: number
}

type Level = keyof WorkerLogger

/** Tells events to the listener and writes the ones that people should see. Nothing that either does can hurt the worker. */
export class EventSink {
  readonly #clock: Clock
  readonly #listener: ((event: WorkerEvent) => void) | undefined
  readonly #logger: WorkerLogger | undefined
  readonly #observer: AttemptObserver | null
  readonly #rates = new Map<string, Rate>()
  #closed = false

  constructor(
    clock: Clock,
    targets: {
      readonly onEvent?: ((event: WorkerEvent) => void) | undefined
      readonly logger?: WorkerLogger | undefined
      readonly observer?: AttemptObserver | null
    },
  ) {
    this.#clock = clock
    this.#listener = targets.onEvent
    this.#logger = targets.logger
    this.#observer = targets.observer ?? null
  }

  /** Nothing is told any more (law 11). */
  close(): void {
    this.#closed = true
  }

  emit(event: WorkerEvent): void {
    if (this.#closed) return
    this.#observer?.told(event)
    try {
      this.#listener?.(event)
    } catch {
      // A listener's fault is not the worker's, and there is nobody else to tell.
    }
    if (this.#logger === undefined) return
    const level = levelOf(event)
    if (level === null) return
    const dropped = this.#admit(event)
    if (dropped === null) return
    const facts = factsOf(event)
    try {
      this.#logger[level](dropped === 0 ? facts : { ...facts, dropped }, `worker: ${event.type}`)
    } catch {
      // As above.
    }
  }

  /** Null when the line is one too many, otherwise how many were dropped since the last that was written. */
  #admit(event: WorkerEvent): number | null {
    const key = 'job' in event ? `${event.type} ${event.job.task}` : event.type
    const now = this.#clock.monotonic()
    let rate = this.#rates.get(key)
    if (rate === undefined) {
      rate = { since: now, lines: 0, dropped: 0 }
      this.#rates.set(key, rate)
    }
    if (now - rate.since >= 1000) {
      rate.since = now
      rate.lines = 0
    }
    if (rate.lines >= LINES_PER_SECOND_MAX) {
      rate.dropped++
      return null
    }
    const { dropped } = rate
    rate.lines++
    rate.dropped = 0
    return dropped
  }
}

function factsOf({ type: _type, ...facts }: WorkerEvent): object {
  if (!('error' in facts)) return facts
  // pino prints an error in full under this name.
  const { error: err, ...rest } = facts
  return { ...rest, err }
}

function levelOf(event: WorkerEvent): Level | null {
  switch (event.type) {
    case 'started':
    case 'ended':
      return null
    case 'drained':
    case 'store-recovered':
    case 'zombie-ended':
      return 'info'
    case 'failed':
      return event.failure === null ? 'warn' : 'error'
    case 'poison':
    case 'settle-refused':
    case 'stall':
      return 'error'
    case 'lease-lost':
    case 'parked':
    case 'result-not-kept':
    case 'store-error':
    case 'zombie':
      return 'warn'
  }
}
