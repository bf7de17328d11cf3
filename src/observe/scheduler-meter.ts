import type { Histogram } from '@opentelemetry/api'
import { LATE_MS } from '../model/schedule-record.js'
import type { DurationMs } from '../model/units.js'
import type { Instruments } from './instruments.js'
import { METRICS } from './metric-catalogue.js'
import type { Tallies } from './tallies.js'

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

  fired(schedule: string, lateMs: DurationMs): void {
    this.#fired.add([schedule])
    if (lateMs > LATE_MS) this.#late.add([schedule])
    this.#lateness.record(lateMs / 1000)
  }

  skipped(schedule: string, reason: string, count: number): void {
    this.#skipped.add([schedule, reason], count)
  }

  failed(reason: 'store' | 'schedule'): void {
    this.#errors.add([reason])
  }

  becameLeader(): void {
    this.#terms.add([])
  }
}
