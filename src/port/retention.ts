import type { DurationMs } from '../model/units.js'
import type { QueueSettings } from './control-store.js'

/** What stays of the jobs of a queue that have ended. */
export interface Retention {
  readonly completedForMs: DurationMs
  readonly completedMax: number
  readonly failedForMs: DurationMs
}

const DAY_MS = 86_400_000

/** Where the settings of a queue say nothing: what `QueueSettings` promises. */
const DEFAULT: Retention = Object.freeze({ completedForMs: DAY_MS, completedMax: 100_000, failedForMs: 14 * DAY_MS })

/** By what rules the finished jobs of a queue are removed; a queue without settings has the usual ones. */
export function retentionOf(settings: Pick<QueueSettings, keyof Retention> | undefined): Retention {
  return {
    completedForMs: settings?.completedForMs ?? DEFAULT.completedForMs,
    completedMax: settings?.completedMax ?? DEFAULT.completedMax,
    failedForMs: settings?.failedForMs ?? DEFAULT.failedForMs,
  }
}

/** What `EventLog` promises: so long, and so many commits. */
export const EVENTS_FOR_MS: DurationMs = 3_600_000
export const EVENTS_MAX = 100_000
