import type { NewJob } from '../model/job.js'
import type { ScheduleDefinition, ScheduleRecord, TickRecord } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'
import type { Call } from './call.js'

/**
 * Keeps schedules and turns their ticks into jobs. Knows nothing about cron: what is due next is told to it.
 *
 * Law 7. A tick is (schedule name, incarnation, nominal instant). At most one set of jobs ever exists for it, with any
 * number of concurrent, frozen or crashing schedulers, and across edits; `fired` means that all of them exist.
 */
export interface ScheduleStore {
  /**
   * Creates or edits schedules. `version` is the compare token: null must find none, a number must find that one, and
   * undefined takes whatever is there. The same definition again is `unchanged`. An edit keeps `firedThrough` and the
   * incarnation, and a next tick at or before `firedThrough` is refused as `stale-tick`. A schedule that was removed and is
   * created again starts a new incarnation.
   */
  put(params: { readonly schedules: readonly SchedulePut[] } & Call): Promise<readonly PutOutcome[]>

  /** Removes schedules with their history; jobs that they made stay. */
  remove(params: { readonly names: readonly string[] } & Call): Promise<readonly ('removed' | 'unknown')[]>

  get(params: { readonly names: readonly string[] } & Call): Promise<readonly (ScheduleRecord | null)[]>

  /** Schedules by name, a page at a time; `after` is the last name of the page before. */
  list(
    params: { readonly after: string | null; readonly limit: number; readonly owner?: string | null } & Call,
  ): Promise<readonly ScheduleRecord[]>

  /**
   * Pauses or resumes schedules. A resumed one goes on at `nextTickAt`, so that nothing piles up;
   * a `nextTickAt` at or before `firedThrough` is refused as `stale-tick`.
   */
  pause(
    params: {
      readonly changes: readonly {
        readonly name: string
        readonly paused: boolean
        readonly nextTickAt: EpochMs | null
      }[]
    } & Call,
  ): Promise<readonly ('changed' | 'unchanged' | 'unknown' | 'stale-tick')[]>

  /** The schedules whose next tick is due, the most overdue first, and when the next one after them is. */
  due(
    params: { readonly limit: number } & Call,
  ): Promise<{ readonly due: readonly ScheduleRecord[]; readonly nextTickAt: EpochMs | null; readonly now: EpochMs }>

  /**
   * Advances schedules and makes the jobs of their ticks, for each schedule both or neither. A schedule whose incarnation
   * or version is another by now is `superseded` and nothing is made for it.
   */
  fire(params: { readonly fires: readonly Fire[] } & Call): Promise<readonly ('fired' | 'superseded')[]>

  /** What became of the ticks of one schedule, the latest first; the last 1,000 records are kept. */
  history(
    params: { readonly name: string; readonly before: EpochMs | null; readonly limit: number } & Call,
  ): Promise<readonly TickRecord[]>
}

/** One schedule to be created or edited. */
export interface SchedulePut {
  readonly name: string
  readonly definition: ScheduleDefinition
  /** Identity of the series, used when this call creates the schedule. */
  readonly incarnation: string
  readonly anchor: EpochMs
  readonly nextTickAt: EpochMs | null
  readonly paused: boolean
  readonly version?: number | null | undefined
}

/** `conflict`: the version is another one. */
export interface PutOutcome {
  readonly status: 'created' | 'updated' | 'unchanged' | 'conflict' | 'stale-tick'
  /** What is on record after the call; null when there is nothing. */
  readonly record: ScheduleRecord | null
}

/** One schedule moving forward by one or more ticks. */
export interface Fire {
  readonly name: string
  readonly incarnation: string
  readonly version: number
  /** The last tick that is decided here; becomes `firedThrough`. */
  readonly tick: EpochMs
  /** The tick after it; null when there is none. */
  readonly nextTickAt: EpochMs | null
  readonly jobs: readonly NewJob[]
  /** What became of each tick that is decided here, for the history and the counters. */
  readonly ticks: readonly TickRecord[]
}
