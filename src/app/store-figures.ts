import { withDeadline } from '../async/deadline.js'
import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { ReadFigures, StoreFigures } from '../observe/store-meter.js'
import type { Inspector } from '../port/inspector.js'

/** Several who collect at a time, or one that does so ten times a second, cost the store one look in so long. */
const FRESH_MS: DurationMs = 1_000

/** A store that needs longer is in trouble, and collecting must not wait for it. */
const DEADLINE_MS: DurationMs = 1_000

/** Reads how full a store is from the counters that it maintains. */
export function storeFigures(inspector: Inspector, clock: Clock): ReadFigures {
  let readAt = -Infinity
  let reading: Promise<StoreFigures | null> = Promise.resolve(null)
  const reason = (): Error => new Error(`the store did not tell its figures within ${DEADLINE_MS} ms`)
  return () => {
    if (clock.monotonic() - readAt < FRESH_MS) return reading
    readAt = clock.monotonic()
    reading = withDeadline({ clock, lengthMs: DEADLINE_MS, reason }, (signal) => read(inspector, clock, signal)).catch(
      () => null,
    )
    return reading
  }
}

async function read(inspector: Inspector, clock: Clock, signal: AbortSignal): Promise<StoreFigures> {
  const [jobs, oldest] = await Promise.all([inspector.counts({ signal }), inspector.lag({ signal })])
  const now = clock.now()
  // The clock of the store may be a little ahead of ours.
  return { jobs, lag: oldest.map(({ queue, dueAt }) => ({ queue, lagMs: Math.max(0, now - dueAt) })) }
}
