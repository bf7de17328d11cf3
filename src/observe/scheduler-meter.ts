import type { Histogram } from '@opentelemetry/api'
import { LATE_MS } from '../model/schedule-record.js'
import type { DurationMs } from '../model/units.js'
import type { Instruments } from './instruments.js'
import { METRICS } from './metric-catalogue.js'
import type { Tallies } from './tallies.js'

/** Counted from 0, like all that an alert may stand on. */
const ERRORS = ['store', 'schedule'] as const

/** What one scheduler of this process says when it is asked. */
export interface SchedulerState {
  readonly leads: boolean
  /** Schedules that it knows of. */
  readonly schedules: number
}

/** Counts what the schedulers of this process do. */
export class SchedulerMeter {
  readonly #fired: Tallies
  readonly #skipped: Tallies
  readonly #late: Tallies
  readonly #lateness: Histogram
  readonly #errors: Tallies
  readonly #terms: Tallies
  readonly #running = new Set<SchedulerState>()

  constructor(instruments: Instruments) {
    this.#fired = instruments.counter(METRICS.fired)
    this.#skipped = instruments.counter(METRICS.skipped)
    this.#late = instruments.counter(METRICS.late)
    this.#lateness = instruments.histogram(METRICS.lateness)
    this.#errors = instruments.counter(METRICS.schedulerErrors)
    for (const reason of ERRORS) this.#errors.add([reason], 0)
    this.#terms = instruments.counter(METRICS.terms)
    instruments.gauge(METRICS.leader, (result) => {
      if (this.#running.size > 0) result.observe([...this.#running].some(({ leads }) => leads) ? 1 : 0)
    })
    instruments.gauge(METRICS.schedules, (result) => {
      // All of them see the same schedules, some a moment later.
      if (this.#running.size > 0) result.observe(Math.max(...[...this.#running].map(({ schedules }) => schedules)))
    })
  }

  /** A scheduler has started; call what this returns when it has stopped. */
  watch(state: SchedulerState): () => void {
    this.#running.add(state)
    return () => void this.#running.delete(state)
  }

  /**
   * A schedule is known. Its count of ticks begins with 0 and not with its first tick: an alert sees a rise only from a figure that it
   * has seen before, and a schedule of every night may fire once in the life of a process.
   */
  knows(schedule: string): void {
    this.#fired.add([schedule], 0)
  }

  fired(schedule: string, lateMs: DurationMs): void {
    this.#fired.add([schedule])
    if (lateMs > LATE_MS) this.#late.add([schedule])
    this.#lateness.record(lateMs / 1000)
  }

  skipped(schedule: string, reason: string, count: number): void {
    this.#skipped.add([schedule, reason], count)
  }

  failed(reason: (typeof ERRORS)[number]): void {
    this.#errors.add([reason])
  }

  becameLeader(): void {
    this.#terms.add([])
  }
}
