import type { EncodedValue, Priority } from './job.js'
import type { DurationMs, EpochMs } from './units.js'

/** What happens to ticks that came due while nobody could fire them: one late run, none, or all of them within bounds. */
export type MissedPolicy = 'latest' | 'skip' | { readonly all: { readonly max: number; readonly withinMs: DurationMs } }

/** What happens at a tick while jobs of the schedule are unfinished. */
export type OverlapPolicy = 'allow' | 'skip' | 'queue-one' | 'cancel-running'

/** How an expression is written; the schedule room reads them. */
export type ExpressionDialect = 'auto' | 'cron' | 'quartz' | 'eventbridge' | 'robfig'

/** What a change of the clock does to ticks; docs/schedules.md tells the rules. */
export type ClockChangeRule = 'vixie' | 'skip-once' | 'wall' | 'shift-once'

/** A tick that is fired later than this counts as late; it is as long as a follower waits for the leader to fire. */
export const LATE_MS: DurationMs = 1_000

/** What a schedule should do; plain data, equal for equal intentions, so that putting it again changes nothing. */
export interface ScheduleDefinition {
  /** What it is for, for people; left out when nobody said. */
  readonly description?: string
  readonly expression: string
  /** IANA name; stored schedules record their zone, `UTC` unless one is given, so that two hosts never disagree. */
  readonly timeZone: string
  readonly dialect: ExpressionDialect
  /** null: the rule of the dialect. */
  readonly dst: ClockChangeRule | null
  readonly task: string
  readonly queue: string
  readonly payload: EncodedValue | null
  readonly priority: Priority
  /** Each job must have started so long after it was due; null: never too late. */
  readonly deadlineMs: DurationMs | null
  readonly maxTries: number | null
  readonly startAt: EpochMs | null
  readonly endAt: EpochMs | null
  readonly maxRuns: number | null
  readonly missed: MissedPolicy
  readonly overlap: OverlapPolicy
  /** Each tick is fired less than so much later; by the same length for every tick of one schedule. */
  readonly jitterMs: DurationMs
  /** When one of its jobs has failed, the schedule pauses in place of going on. */
  readonly pauseOnFailure: boolean
  /** Whoever declares sets of schedules as a whole; null: put one by one. */
  readonly owner: string | null
}

/** A schedule as its store keeps it. */
export interface ScheduleRecord {
  readonly name: string
  readonly definition: ScheduleDefinition
  /** Told apart from an earlier schedule of the same name that was removed. */
  readonly incarnation: string
  /** The compare token: changes with every write. */
  readonly version: number
  /** Counts edits of the definition. */
  readonly revision: number
  readonly paused: boolean
  /** The job whose failure paused it; null unless it is paused for that. */
  readonly pausedFor: string | null
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
  /** The phase of `rate` and `every` counts from here; kept across edits of anything but the expression. */
  readonly anchor: EpochMs
  /** null: nothing will ever be due again. */
  readonly nextTickAt: EpochMs | null
  /** When a scheduler has to look at it: its next tick, later by its jitter, or earlier to see how its jobs ended. */
  readonly dueAt: EpochMs | null
  /** The last instant that was fired or skipped; no tick at or before it is ever fired again. */
  readonly firedThrough: EpochMs | null
  readonly lastTickAt: EpochMs | null
  /** Ticks that got a job. */
  readonly fired: number
  /** Ticks that got none. */
  readonly skipped: number
  readonly skippedBy: SkipCounts
  /** Ticks that were fired more than `LATE_MS` after they were due. */
  readonly late: number
  /** Runs that were asked for by hand, outside the series. */
  readonly manual: number
  /**
   * Ids of its jobs that had not ended when it last moved, the oldest first; the store keeps what it is told.
   * null: nobody asks, because its jobs may overlap and fail.
   */
  readonly unfinished: readonly string[] | null
}

/** Why a tick got no job. `missed`: the policy gave it up; `overlap`: jobs before it were unfinished; `paused`, `ended`: nobody wanted it. */
export type SkipReason = 'missed' | 'overlap' | 'paused' | 'ended'

/** How many ticks were skipped for each reason. */
export type SkipCounts = Readonly<Record<SkipReason, number>>

/** What became of one tick, or that a run was asked for by hand (`manual`), at the instant `tick`. */
export interface TickRecord {
  readonly tick: EpochMs
  readonly at: EpochMs
  readonly outcome: 'fired' | 'skipped' | 'manual'
  /** null unless it was skipped. */
  readonly reason: SkipReason | null
  readonly lateMs: DurationMs
  readonly jobId: string | null
  /** How many ticks this record stands for: a run of skipped ticks is one record. */
  readonly count: number
}
