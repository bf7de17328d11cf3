import type { EncodedValue, Priority } from './job.js'
import type { DurationMs, EpochMs } from './units.js'

/** What happens to ticks that came due while nobody could fire them: one late run, none, or all of them within bounds. */
export type MissedPolicy = 'latest' | 'skip' | { readonly all: { readonly max: number; readonly withinMs: DurationMs } }

/** What happens at a tick while the job of the tick before is unfinished. */
export type OverlapPolicy = 'allow' | 'skip' | 'queue-one' | 'cancel-running'

/** What a schedule should do; plain data, equal for equal intentions, so that putting it again changes nothing. */
export interface ScheduleDefinition {
  readonly expression: string
  /** IANA name; stored schedules record their zone, `UTC` unless one is given, so that two hosts never disagree. */
  readonly timeZone: string
  readonly task: string
  readonly queue: string
  readonly payload: EncodedValue | null
  readonly priority: Priority
  /** Each job must have started so long after its tick; null: never too late. */
  readonly deadlineMs: DurationMs | null
  readonly maxTries: number | null
  readonly startAt: EpochMs | null
  readonly endAt: EpochMs | null
  readonly maxRuns: number | null
  readonly missed: MissedPolicy
  readonly overlap: OverlapPolicy
  /** Each tick is fired up to so much later; the same length for every tick of one schedule. */
  readonly jitterMs: DurationMs
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
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
  /** The phase of `rate` and `every` counts from here; kept across edits of anything but the expression. */
  readonly anchor: EpochMs
  /** null: nothing will ever be due again. */
  readonly nextTickAt: EpochMs | null
  /** The last instant that was fired or skipped; no tick at or before it is ever fired again. */
  readonly firedThrough: EpochMs | null
  readonly lastTickAt: EpochMs | null
  readonly fired: number
  readonly skipped: number
  readonly late: number
}

/** What became of one tick. `missed`: the policy gave it up; `overlap`: the run before was unfinished; `paused`, `ended`: nobody wanted it. */
export interface TickRecord {
  readonly tick: EpochMs
  readonly at: EpochMs
  readonly outcome: 'fired' | 'skipped'
  readonly reason: 'missed' | 'overlap' | 'paused' | 'ended' | null
  readonly lateMs: DurationMs
  readonly jobId: string | null
  /** How many ticks this record stands for: a run of skipped ticks is one record. */
  readonly count: number
}
