import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import { withOwnSignal } from './own-signal.js'
import { stopwatch, type Stopwatch } from './stopwatch.js'

/** Something that somebody else grants for a time, and extends. */
export interface Lease {
  readonly clock: Clock
  readonly lengthMs: DurationMs
  /** Started when it was asked for, not when it was granted. */
  readonly heldFor: Stopwatch
  /** Asks for an extension. A failure is no answer: it is asked again, as long as the lease lasts. */
  readonly renew: (signal: AbortSignal) => Promise<'renewed' | 'lost' | undefined>
}

/**
 * Extends a lease at a third of its length until `done` aborts, and after a failure ten times as often. Resolves with true once it is surely held
 * no more, also while an extension is not answered; with false when it was kept to the end. Never rejects.
 */
export async function keepLease({ clock, lengthMs, heldFor, renew }: Lease, done: AbortSignal): Promise<boolean> {
  for (let rests = 3; ;) {
    await clock.sleep(Math.min(lengthMs / rests, lengthMs - heldFor()), done).catch(() => undefined)
    if (done.aborted) return false
    const leftMs = lengthMs - heldFor()
    if (leftMs <= 0) return true
    const sentFor = stopwatch(clock)
    const answer = await withOwnSignal(done, (own) =>
      Promise.race([renew(own.signal), clock.sleep(leftMs, own.signal)]).finally(() => own.abort()),
    ).catch(() => undefined)
    if (answer === 'lost') return true
    rests = answer ? 3 : 30
    if (answer) heldFor = sentFor
  }
}
