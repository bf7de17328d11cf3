import type { DurationMs, EpochMs } from '../model/units.js'

/** What a scheduler tells about itself. Told synchronously; a listener that throws is ignored. */
export type SchedulerEvent =
  /** The job of a tick exists. */
  | {
      readonly type: 'fired'
      readonly schedule: string
      readonly tick: EpochMs
      readonly lateMs: DurationMs
      readonly jobId: string
    }
  /** `count` ticks up to `tick` got no job. */
  | {
      readonly type: 'skipped'
      readonly schedule: string
      readonly tick: EpochMs
      readonly count: number
      readonly reason: 'missed' | 'overlap' | 'paused' | 'ended'
    }
  /**
   * This version of rota cannot read its expression. The record is left as it is, for a scheduler that can. Told once for each
   * version of the schedule.
   */
  | { readonly type: 'unreadable'; readonly schedule: string; readonly error: unknown }
  /** A call to the store failed, `failures` times in a row by now; it is made again in `retryInMs`. */
  | {
      readonly type: 'store-error'
      readonly error: unknown
      readonly failures: number
      readonly retryInMs: DurationMs
    }

/** Where a scheduler writes what people should read; a pino logger fits. */
export interface SchedulerLogger {
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Hands events to the listener and the ones that people should see to the logger. Neither can hurt the scheduler. */
export function makeTell(
  onEvent: ((event: SchedulerEvent) => void) | undefined,
  logger: SchedulerLogger | undefined,
): (event: SchedulerEvent) => void {
  return (event) => {
    try {
      onEvent?.(event)
      const { type, ...facts } = event
      if (type === 'skipped') logger?.warn(facts, `scheduler: ${type}`)
      else if (type !== 'fired') logger?.error(facts, `scheduler: ${type}`)
    } catch {
      // A listener's fault is not the scheduler's, and there is nobody else to tell.
    }
  }
}
