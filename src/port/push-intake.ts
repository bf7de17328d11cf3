import type { Lease, Receipt } from '../model/lease.js'
import type { DurationMs } from '../model/units.js'
import type { Call } from './call.js'

/**
 * Where a transport pushes work to us, as AWS Lambda does.
 *
 * Law 12. A message goes back to its transport only when its settlement was not recorded.
 */
export interface PushIntake<Event, Reply> {
  /** Turns a native event into leases; `reply` says in the transport's words which of them were recorded. */
  accept(
    event: Event,
    params: { readonly workerId: string; readonly leaseMs: DurationMs } & Call,
  ): Promise<{ readonly leases: readonly Lease[]; reply(recorded: ReadonlySet<Receipt>): Reply }>
}
