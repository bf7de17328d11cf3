import type { ObservableResult } from '@opentelemetry/api'
import type { DurationMs } from '../model/units.js'
import type { Instruments } from './instruments.js'
import { METRICS } from './metric-catalogue.js'
import { OVERFLOW } from './tallies.js'

/** Six states of each: 1,200 sets of attributes, and an SDK takes 2,000 of one instrument. The other queues are told together. */
const QUEUES_MAX = 200

/** What a store has on record. */
export interface StoreFigures {
  readonly jobs: readonly { readonly queue: string; readonly state: string; readonly count: number }[]
  readonly lag: readonly { readonly queue: string; readonly lagMs: DurationMs }[]
}

/** Reads the figures of a store; bounded in time, and so cheap that it may be asked at every collection. Null when it cannot be done. */
export type ReadFigures = () => Promise<StoreFigures | null>

/**
 * Tells how full the stores of this process are, each time somebody collects. A store that does not answer has no figures: a gap
 * says more than figures of yesterday.
 */
export class StoreMeter {
  readonly #stores = new Set<ReadFigures>()

  constructor(instruments: Instruments) {
    instruments.gauge(METRICS.queueJobs, (result) => this.#each((figures) => tellJobs(figures, result)))
    instruments.gauge(METRICS.queueLag, (result) => this.#each((figures) => tellLag(figures, result)))
  }

  /** A store can be read; call what this returns when it cannot any more. */
  watch(read: ReadFigures): () => void {
    this.#stores.add(read)
    return () => void this.#stores.delete(read)
  }

  async #each(tell: (figures: StoreFigures) => void): Promise<void> {
    const read = await Promise.all([...this.#stores].map((store) => store()))
    for (const figures of read) if (figures !== null) tell(figures)
  }
}

/** The tasks of a queue are told together. */
function tellJobs({ jobs }: StoreFigures, result: ObservableResult): void {
  const queues = new Map<string, Map<string, number>>()
  const rest = new Map<string, number>()
  for (const { queue, state, count } of jobs) {
    if (!queues.has(queue) && queues.size < QUEUES_MAX) queues.set(queue, new Map())
    const states = queues.get(queue) ?? rest
    states.set(state, (states.get(state) ?? 0) + count)
  }
  for (const [queue, states] of queues) {
    for (const [state, count] of states) result.observe(count, { queue, state })
  }
  for (const [state, count] of rest) result.observe(count, { ...OVERFLOW, state })
}

/** Of the queues that have no room of their own the longest counts. */
function tellLag({ lag }: StoreFigures, result: ObservableResult): void {
  for (const { queue, lagMs } of lag.slice(0, QUEUES_MAX)) result.observe(lagMs / 1000, { queue })
  const rest = lag.slice(QUEUES_MAX).map(({ lagMs }) => lagMs)
  if (rest.length > 0) result.observe(Math.max(...rest) / 1000, OVERFLOW)
}
