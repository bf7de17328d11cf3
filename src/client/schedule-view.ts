import { decode } from '../codec/decode.js'
import type { Priority } from '../model/job.js'
import type { MissedPolicy, OverlapPolicy, ScheduleRecord, TickRecord } from '../model/schedule-record.js'
import type { DurationMs } from '../model/units.js'
import { toDate } from './instant.js'

/** A schedule as people read it: instants are dates, the payload is a value again. */
export interface ScheduleView {
  readonly name: string
  readonly expression: string
  readonly timeZone: string
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
  readonly paused: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  /** How often it was edited, and once for its making. */
  readonly revision: number
  /** null: it will not fire again. */
  readonly nextTickAt: Date | null
  readonly lastTickAt: Date | null
  readonly fired: number
  readonly skipped: number
  readonly late: number
}

/** What became of one tick, or of a run of ticks that were skipped for one reason. */
export interface TickRecordView extends Omit<TickRecord, 'tick' | 'at'> {
  readonly tick: Date
  readonly at: Date
}

export function viewSchedule(record: ScheduleRecord): ScheduleView {
  const { definition } = record
  return {
    name: record.name,
    expression: definition.expression,
    timeZone: definition.timeZone,
    task: definition.task,
    queue: definition.queue,
    payload: decode(definition.payload),
    priority: definition.priority,
    deadlineMs: definition.deadlineMs,
    maxTries: definition.maxTries,
    startAt: toDate(definition.startAt),
    endAt: toDate(definition.endAt),
    maxRuns: definition.maxRuns,
    missed: definition.missed,
    overlap: definition.overlap,
    paused: record.paused,
    createdAt: toDate(record.createdAt),
    updatedAt: toDate(record.updatedAt),
    revision: record.revision,
    nextTickAt: toDate(record.nextTickAt),
    lastTickAt: toDate(record.lastTickAt),
    fired: record.fired,
    skipped: record.skipped,
    late: record.late,
  }
}

export function viewTick(record: TickRecord): TickRecordView {
  return { ...record, tick: toDate(record.tick), at: toDate(record.at) }
}
