import type { Instruments } from './instruments.js'
import { METRICS } from './metric-catalogue.js'
import type { Tallies } from './tallies.js'

/** Counts the jobs that this process enqueues. */
export class ClientMeter {
  readonly #enqueued: Tallies
  readonly #duplicates: Tallies

  constructor(instruments: Instruments) {
    this.#enqueued = instruments.counter(METRICS.enqueued)
    this.#duplicates = instruments.counter(METRICS.duplicates)
  }

  stored({ queue, task }: { readonly queue: string; readonly task: string }, status: 'inserted' | 'duplicate'): void {
    const tallies = status === 'inserted' ? this.#enqueued : this.#duplicates
    tallies.add([queue, task])
  }
}
