import { decode } from '../codec/decode.js'
import type { Priority } from '../model/job.js'
import type { MissedPolicy, OverlapPolicy, ScheduleRecord, SkipCounts, TickRecord } from '../model/schedule-record.js'
import type { DurationMs } from '../model/units.js'
import type { DstRule } from '../schedule/dst-rule.js'
import type { Dialect } from '../schedule/schedule.js'
import { toDate } from './instant.js'

/** A schedule as people read it: instants are dates, the payload is a value again. */
export interface ScheduleView {
  readonly name: string
  /** What it is for; null when nobody said. */
  readonly description: string | null
  readonly expression: string
  readonly timeZone: string
  readonly dialect: Dialect
  /** null: the rule of the dialect. */
  readonly dst: DstRule | null
  readonly task: string
  readonly queue: string
  /** undefined: its jobs are given none. */
  readonly payload: unknown
  readonly priority: Priority
  readonly deadlineMs: DurationMs | null
  readonly maxTries: number | null
  readonly startAt: Date | null
  readonly endAt: Date | null
  readonly maxRuns: number | null
  readonly missed: MissedPolicy
  readonly overlap: OverlapPolicy
  readonly jitterMs: DurationMs
  readonly pauseOnFailure: boolean
  /** Whoever declared it; null when it was made by itself. */
  readonly owner: string | null
  readonly paused: boolean
  /** The id of the job whose failure paused it; null unless it is paused for that. */
  readonly pausedFor: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
  /** How often it was edited, and once for its making. */
  readonly revision: number
  /** null: it will not fire again. */
  readonly nextTickAt: Date | null
  readonly lastTickAt: Date | null
  /** Ticks that got a job. */
  readonly fired: number
  /** Ticks that got none, for whatever reason. */
  readonly skipped: number
  readonly skippedBy: SkipCounts
  /** Ticks that were fired more than a second late. */
  readonly late: number
  /** Runs that were asked for by hand. */
  readonly manual: number
}

/** What became of one tick, or of a run of ticks that were skipped for one reason; or a run by hand (`manual`). */
export interface TickRecordView extends Omit<TickRecord, 'tick' | 'at'> {
  readonly tick: Date
  readonly at: Date
}

export function viewSchedule(record: ScheduleRecord): ScheduleView {
  const { definition } = record
  return {
    name: record.name,
    ...definition,
    description: definition.description ?? null,
    payload: decode(definition.payload),
    startAt: toDate(definition.startAt),
    endAt: toDate(definition.endAt),
    paused: record.paused,
    pausedFor: record.pausedFor,
    createdAt: toDate(record.createdAt),
    updatedAt: toDate(record.updatedAt),
    revision: record.revision,
    nextTickAt: toDate(record.nextTickAt),
    lastTickAt: toDate(record.lastTickAt),
    fired: record.fired,
    skipped: record.skipped,
    skippedBy: record.skippedBy,
    late: record.late,
    manual: record.manual,
  }
}

export function viewTick(record: TickRecord): TickRecordView {
  return { ...record, tick: toDate(record.tick), at: toDate(record.at) }
}
