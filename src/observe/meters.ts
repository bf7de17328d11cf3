import type { MeterProvider } from '@opentelemetry/api'
import { ClientMeter } from './client-meter.js'
import { Instruments } from './instruments.js'
import { SchedulerMeter } from './scheduler-meter.js'
import { SCOPE } from './scope.js'
import { StoreMeter } from './store-meter.js'
import { WorkerMeter } from './worker-meter.js'

/** Everything that counts, on one provider. Each is made when it is first asked for: a scheduler has no figures of workers. */
export class Meters {
  readonly #instruments: Instruments
  #client: ClientMeter | null = null
  #worker: WorkerMeter | null = null
  #scheduler: SchedulerMeter | null = null
  #store: StoreMeter | null = null

  constructor(provider: MeterProvider) {
    this.#instruments = new Instruments(provider.getMeter(SCOPE))
  }

  get client(): ClientMeter {
    this.#client ??= new ClientMeter(this.#instruments)
    return this.#client
  }

  get worker(): WorkerMeter {
    this.#worker ??= new WorkerMeter(this.#instruments)
    return this.#worker
  }

  get scheduler(): SchedulerMeter {
    this.#scheduler ??= new SchedulerMeter(this.#instruments)
    return this.#scheduler
  }

  get store(): StoreMeter {
    this.#store ??= new StoreMeter(this.#instruments)
    return this.#store
  }
}

/**
 * One set of instruments for a provider, however many rotas of a process use it: counts go on when one of them is closed, so that
 * what was counted last is there when an SDK collects at the end of a program.
 */
const known = new WeakMap<MeterProvider, Meters>()

/** The meters of a provider. */
export function metersOf(provider: MeterProvider): Meters {
  const before = known.get(provider)
  if (before !== undefined) return before
  const meters = new Meters(provider)
  known.set(provider, meters)
  return meters
}
