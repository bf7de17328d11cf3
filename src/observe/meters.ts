import type { MeterProvider } from '@opentelemetry/api'
import { ClientMeter } from './client-meter.js'
import { Instruments } from './instruments.js'
import { SchedulerMeter } from './scheduler-meter.js'
import { StoreMeter } from './store-meter.js'
import { WorkerMeter } from './worker-meter.js'

/** The name under which rota speaks to OpenTelemetry. */
export const SCOPE = 'rota'

/** Everything that counts, on one provider. */
export interface Meters {
  readonly client: ClientMeter
  readonly worker: WorkerMeter
  readonly scheduler: SchedulerMeter
  readonly store: StoreMeter
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
  const instruments = new Instruments(provider.getMeter(SCOPE))
  const meters: Meters = {
    client: new ClientMeter(instruments),
    worker: new WorkerMeter(instruments),
    scheduler: new SchedulerMeter(instruments),
    store: new StoreMeter(instruments),
  }
  known.set(provider, meters)
  return meters
}
