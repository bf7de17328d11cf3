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

  /**
   * Removes schedules with their history; jobs that they made stay. With `owner`, one that belongs to somebody else is left
   * alone and `unknown`.
   */
  remove(
    params: { readonly names: readonly string[]; readonly owner?: string | null } & Call,
  ): Promise<readonly ('removed' | 'unknown')[]>

  get(params: { readonly names: readonly string[] } & Call): Promise<readonly (ScheduleRecord | null)[]>

  /**
   * Schedules by name, a page at a time; `after` is the last name of the page before. Names that begin with `~`, which no
   * schedule of a user can have, are left out: rota keeps there what `withSchedule` has to remember.
   */
  list(
    params: { readonly after: string | null; readonly limit: number; readonly owner?: string | null } & Call,
  ): Promise<readonly ScheduleRecord[]>

  /**
   * Pauses or resumes schedules. A resumed one goes on at `nextTickAt`, so that nothing piles up;
   * a `nextTickAt` at or before `firedThrough` is refused as `stale-tick`. Either clears `pausedFor`.
   */
  pause(
    params: {
      readonly changes: readonly {
        readonly name: string
        readonly paused: boolean
        readonly nextTickAt: EpochMs | null
        /** Left out: `nextTickAt`. */
        readonly dueAt?: EpochMs | null | undefined
      }[]
    } & Call,
  ): Promise<readonly ('changed' | 'unchanged' | 'unknown' | 'stale-tick')[]>

  /** The schedules whose `dueAt` has come, the most overdue first, and the `dueAt` of the next one after them. */
  due(params: { readonly limit: number } & Call): Promise<DueResult>

  /**
   * Advances schedules, calls off the jobs that they replace and makes the jobs of their ticks, for each schedule all or
   * nothing. A schedule whose incarnation or version is another by now is `superseded`: nothing is made for it or called off.
   * A paused schedule that is fired stays paused. `impatient`: what would have to wait for an open transaction of a user is `busy`,
   * and nothing has changed for it; the others are fired without it.
   */
  fire(
    params: { readonly fires: readonly Fire[]; readonly impatient?: boolean } & Call,
  ): Promise<readonly FireOutcome[]>

  /** What became of the ticks of one schedule, the latest first; the last 1,000 records are kept. */
  history(
    params: { readonly name: string; readonly before: EpochMs | null; readonly limit: number } & Call,
  ): Promise<readonly TickRecord[]>
}

/** `busy`: only for the impatient. */
export type FireOutcome = 'fired' | 'superseded' | 'busy'

/** What is due, by the clock of the store. */
export interface DueResult {
  readonly due: readonly ScheduleRecord[]
  readonly nextTickAt: EpochMs | null
  readonly now: EpochMs
  /**
   * Another number since a schedule was put, removed, paused or resumed, and the same while they only fire: whoever watches
   * all schedules lists them again when it differs. It may differ without a reason. A store that leaves it out is listed from time to time.
   */
  readonly schedulesRevision?: number
}

/** One schedule to be created or edited. */
export interface SchedulePut {
  readonly name: string
  readonly definition: ScheduleDefinition
  /** Identity of the series, used when this call creates the schedule. */
  readonly incarnation: string
  readonly anchor: EpochMs
  readonly nextTickAt: EpochMs | null
  /** Left out: `nextTickAt`. */
  readonly dueAt?: EpochMs | null | undefined
  readonly paused: boolean
  readonly version?: number | null | undefined
}

/** `conflict`: the version is another one. */
export interface PutOutcome {
  readonly status: 'created' | 'updated' | 'unchanged' | 'conflict' | 'stale-tick'
  /** What is on record after the call; null when there is nothing. */
  readonly record: ScheduleRecord | null
}

/** One schedule moving forward by one or more ticks, or by none, when only its jobs or its pause change. */
export interface Fire {
  readonly name: string
  readonly incarnation: string
  readonly version: number
  /** The last tick that is decided here; becomes `firedThrough`. null: none is, and `firedThrough` stays. */
  readonly tick: EpochMs | null
  /** The tick after it; null when there is none. */
  readonly nextTickAt: EpochMs | null
  /** Left out: `nextTickAt`. */
  readonly dueAt?: EpochMs | null | undefined
  /** Jobs to call off, as `JobStore.cancel` does, before the new ones are stored: by then they have ended or were asked to. */
  readonly cancel?: { readonly ids: readonly string[]; readonly reason: string | null } | undefined
  /** They may have `parents`, also among one another. */
  readonly jobs: readonly NewJob[]
  /** What the record keeps as `unfinished`. @defaultValue null */
  readonly unfinished?: readonly string[] | null | undefined
  /** Pauses the schedule, and is kept as `pausedFor`. */
  readonly pauseFor?: string | undefined
  /** What became of each tick that is decided here, for the history and the counters. */
  readonly ticks: readonly TickRecord[]
}
