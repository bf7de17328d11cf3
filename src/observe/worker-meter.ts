import type { Histogram } from '@opentelemetry/api'
import type { DurationMs } from '../model/units.js'
import type { Instruments } from './instruments.js'
import { METRICS } from './metric-catalogue.js'
import type { Tallies } from './tallies.js'

/** What is counted by. A job of a worker has both names from a small set: its tasks, and the queues that it serves. */
interface Kind {
  readonly queue: string
  readonly task: string
}

/** How full a worker is. */
interface Load {
  readonly running: number
  readonly waiting: number
}

/** Counts what the workers of this process do. */
export class WorkerMeter {
  readonly #started: Tallies
  readonly #settled: Tallies
  readonly #failed: Tallies
  readonly #leasesLost: Tallies
  readonly #storeErrors: Tallies
  readonly #stalls: Tallies
  readonly #runDuration: Histogram
  readonly #waitDuration: Histogram
  readonly #batchSize: Histogram
  readonly #loads = new Set<() => Load>()

  constructor(instruments: Instruments) {
    this.#started = instruments.counter(METRICS.started)
    this.#settled = instruments.counter(METRICS.settled)
    this.#failed = instruments.counter(METRICS.failed)
    this.#leasesLost = instruments.counter(METRICS.leasesLost)
    this.#storeErrors = instruments.counter(METRICS.storeErrors)
    this.#stalls = instruments.counter(METRICS.stalls)
    this.#runDuration = instruments.histogram(METRICS.runDuration)
    this.#waitDuration = instruments.histogram(METRICS.waitDuration)
    this.#batchSize = instruments.histogram(METRICS.batchSize)
    instruments.gauge(METRICS.running, (result) => {
      if (this.#loads.size > 0) result.observe(this.#sum((load) => load.running))
    })
    instruments.gauge(METRICS.waiting, (result) => {
      if (this.#loads.size > 0) result.observe(this.#sum((load) => load.waiting))
    })
  }

  /** A worker has started; call what this returns when it has stopped. */
  watch(load: () => Load): () => void {
    this.#loads.add(load)
    return () => void this.#loads.delete(load)
  }

  started({ queue, task }: Kind, waitedMs: DurationMs): void {
    this.#started.add([queue, task])
    // Two clocks may be compared here.
    this.#waitDuration.record(Math.max(0, waitedMs) / 1000, { queue })
  }

  ran({ queue, task }: Kind, tookMs: DurationMs): void {
    this.#runDuration.record(tookMs / 1000, { queue, task })
  }

  settled({ queue, task }: Kind, outcome: string): void {
    this.#settled.add([queue, task, outcome])
  }

  failed({ queue, task }: Kind, reason: string): void {
    this.#failed.add([queue, task, reason])
  }

  leaseLost({ queue, task }: Kind): void {
    this.#leasesLost.add([queue, task])
  }

  storeFailed(call: string): void {
    this.#storeErrors.add([call])
  }

  stalled(): void {
    this.#stalls.add([])
  }

  /** One call to the store was about so many jobs. */
  called(call: 'claim' | 'settle', jobs: number): void {
    this.#batchSize.record(jobs, { call })
  }

  #sum(figure: (load: Load) => number): number {
    let sum = 0
    for (const load of this.#loads) sum += figure(load())
    return sum
  }
}
