import type { Clock } from '../model/clock.js'
import type { LiveTelemetry } from '../observe/live-telemetry.js'
import type { Telemetry } from '../observe/telemetry.js'
import type { Backend } from '../port/backend.js'
import { countingListener, type SchedulerListener } from './scheduler-listener.js'
import { storeFigures } from './store-figures.js'

/** Has OpenTelemetry told what the services of a rota do, and, as long as there are any, how full its store is. */
export class ServiceTelemetry {
  readonly #telemetry: Telemetry
  readonly #clock: Clock
  readonly #ends: (() => void)[] = []
  #watchesStore = false

  constructor(parts: { readonly telemetry: Telemetry; readonly clock: Clock }) {
    this.#telemetry = parts.telemetry
    this.#clock = parts.clock
  }

  /** What a worker on this store tells; null: nobody listens. */
  async ofWorker<Tx>(backend: Backend<Tx>): Promise<LiveTelemetry | null> {
    const live = await this.#telemetry.live
    this.#watchStore(live, backend)
    return live
  }

  /** The listener of a scheduler on this store, around the one that it was given. */
  async ofScheduler<Tx>(
    backend: Backend<Tx>,
    listener: SchedulerListener | undefined,
  ): Promise<SchedulerListener | undefined> {
    const live = await this.#telemetry.live
    this.#watchStore(live, backend)
    const meter = live?.meters?.scheduler
    if (meter === undefined) return listener
    const { onEvent, stopped } = countingListener(meter, listener)
    this.#ends.push(stopped)
    return onEvent
  }

  /** Nothing runs any more: what was counted stays, what is read at each collection is gone. */
  stopped(): void {
    for (const end of this.#ends.splice(0)) end()
    this.#watchesStore = false
  }

  #watchStore<Tx>(live: LiveTelemetry | null, { inspector }: Backend<Tx>): void {
    const meter = live?.meters?.store
    if (this.#watchesStore || meter === undefined) return
    this.#watchesStore = true
    this.#ends.push(meter.watch(storeFigures(inspector, this.#clock)))
  }
}
