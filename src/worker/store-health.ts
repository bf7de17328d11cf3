import type { DurationMs } from '../model/units.js'
import type { EventSink } from './event-sink.js'
import type { StoreCall } from './worker-event.js'

/** Tells when calls to the store fail, and when they work again. */
export class StoreHealth {
  readonly #events: EventSink
  readonly #failures = new Map<StoreCall, number>()

  constructor(events: EventSink) {
    this.#events = events
  }

  failed(call: StoreCall, error: unknown, retryInMs: DurationMs): void {
    const failures = (this.#failures.get(call) ?? 0) + 1
    this.#failures.set(call, failures)
    this.#events.emit({ type: 'store-error', call, error, failures, retryInMs })
  }

  worked(call: StoreCall): void {
    const failures = this.#failures.get(call)
    if (failures === undefined) return
    this.#failures.delete(call)
    this.#events.emit({ type: 'store-recovered', call, failures })
  }
}
