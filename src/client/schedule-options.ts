import type { JobOptions } from '../model/job-options.js'
import type { DurationInput } from '../model/policy.js'
import type { OverlapPolicy } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'
import type { DstRule } from '../schedule/dst-rule.js'
import type { Dialect } from '../schedule/schedule.js'

/** What becomes of ticks that came due while no scheduler ran; see `ScheduleOptions.missed`. */
export type MissedInput = 'latest' | 'skip' | { readonly all: { readonly max: number; readonly within: DurationInput } }

/** What a schedule of a declared set may say; what is left out comes from its task. */
export interface DeclarationOptions extends Pick<JobOptions, 'priority' | 'queue' | 'maxTries'> {
  /** What it is for, for whoever looks at it; up to 512 characters. @defaultValue none */
  readonly description?: string
  /** IANA name such as `'Europe/Amsterdam'`; kept with the schedule, so that two hosts never disagree. @defaultValue `'UTC'` */
  readonly timeZone?: string
  /** How the expression is written. @defaultValue `'auto'`: told from its form */
  readonly dialect?: Dialect
  /** What a change of the clock does to its ticks. @defaultValue the rule of the dialect */
  readonly dst?: DstRule
  /**
   * What becomes of ticks that came due while no scheduler ran: one late run for all of them, none, or a run for each of the
   * last `max` (1 to 1,000) that are not older than `within`. @defaultValue `'latest'`
   */
  readonly missed?: MissedInput
  /**
   * What becomes of a tick while jobs of the schedule are unfinished: waiting, running, or about to be tried again. `skip`: it
   * gets no job. `queue-one`: its job waits until they have ended; while one waits, further ticks get none. `cancel-running`:
   * they are called off, and its job takes their place at once, so a handler that goes on after its signal overlaps with it.
   * @defaultValue `'allow'`
   */
  readonly overlap?: OverlapPolicy
  /**
   * Fires all ticks later by one length, drawn once for the schedule from 0 to this, so that a thousand nightly schedules do not
   * start at once. Ticks keep their names and their order. At most 30 days. @defaultValue 0
   */
  readonly jitter?: DurationInput
  /**
   * Pauses the schedule when one of its jobs has failed for good; `pausedFor` says which. A scheduler looks when the next tick is
   * due, which then gets no job, and once an hour until then; a record that was deleted sooner is not seen. @defaultValue `false`
   */
  readonly pauseOnFailure?: boolean
  /** No tick before this instant. */
  readonly startAt?: Date | EpochMs
  /** No tick after this instant. */
  readonly endAt?: Date | EpochMs
  /** No more runs than this; those that are asked for by hand do not count. */
  readonly maxRuns?: number
  /**
   * Each job must have started so long after it was due, at least 30 seconds; otherwise it fails as `expired`. An instant stands
   * for its distance from now.
   */
  readonly deadline?: Date | DurationInput
  /** A schedule that is paused fires nothing. What is left out stays as it is. @defaultValue `false` for a new one */
  readonly paused?: boolean
}

/** What may be said about a schedule; what is left out comes from its task. */
export interface ScheduleOptions extends DeclarationOptions {
  /** `fail`: a schedule of this name that exists rejects with `SCHEDULE_EXISTS`. @defaultValue `'update'` */
  readonly ifExists?: 'update' | 'fail'
  readonly signal?: AbortSignal | undefined
}
