import type { DurationMs, EpochMs } from '../model/units.js'

/** What a scheduler tells about itself. Told synchronously; a listener that throws is ignored. */
export type SchedulerEvent = TickEvent | ElectionEvent | ScheduleChangeEvent | TroubleEvent

/** What became of ticks; told by whoever decided them, as a rule the leader. */
export type TickEvent =
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

/** Who leads. `name` is what people call this scheduler, or else its id. */
export type ElectionEvent =
  /** It has started and stands for election, once. */
  | { readonly type: 'election-started'; readonly name: string }
  /** It leads from now on: it has the lock, under this term, and has read what is due. */
  | { readonly type: 'became-leader'; readonly name: string; readonly term: number }
  /**
   * It leads no more. `stopped`: it was told to stop, and the lock is free; `lost`: the lock is somebody else's or has lapsed;
   * `in-doubt`: it could not be renewed in time; `unfit`: this scheduler could not read or write schedules, and gave it back.
   */
  | {
      readonly type: 'lost-leadership'
      readonly name: string
      readonly term: number
      readonly reason: 'stopped' | 'lost' | 'in-doubt' | 'unfit'
    }

/** What became of schedules; every scheduler tells it, the ones that it finds on record when it starts included. */
export type ScheduleChangeEvent =
  | ({
      readonly type: 'schedule-added' | 'schedule-changed' | 'schedule-paused' | 'schedule-resumed'
    } & ScheduleSummary)
  | { readonly type: 'schedule-removed'; readonly schedule: string }
  /** All that are on record were told as `schedule-added`, once at the start. `areMore`: only the first `count` are watched. */
  | { readonly type: 'schedules-loaded'; readonly count: number; readonly areMore: boolean }

/** A schedule as a log tells of it. */
export interface ScheduleSummary {
  readonly schedule: string
  readonly expression: string
  readonly timeZone: string
  readonly task: string
  readonly queue: string
  readonly paused: boolean
  readonly nextTickAt: EpochMs | null
}

/** What people should look at. */
export type TroubleEvent =
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
      if (isTrouble(event)) logger?.error(facts, `scheduler: ${type}`)
      else if (type === 'skipped' || isDoubtful(event)) logger?.warn(readable(facts), `scheduler: ${type}`)
    } catch {
      // A listener's fault is not the scheduler's, and there is nobody else to tell.
    }
  }
}

/** People read instants, not milliseconds. */
function readable(facts: object): object {
  return 'tick' in facts && typeof facts.tick === 'number'
    ? { ...facts, tick: new Date(facts.tick).toISOString() }
    : facts
}

function isTrouble({ type }: SchedulerEvent): boolean {
  return type === 'unreadable' || type === 'store-error'
}

/** Leadership that was not given up on purpose. */
function isDoubtful(event: SchedulerEvent): boolean {
  return event.type === 'lost-leadership' && event.reason !== 'stopped'
}
