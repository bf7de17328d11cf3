import type { NewJob } from '../model/job.js'
import type { ScheduleRecord, SkipReason, TickRecord } from '../model/schedule-record.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { RunFacts } from './run-facts.js'
import { makeTickJob } from './tick-job.js'

/** What becomes of a tick. */
export type Verdict = 'fire' | SkipReason

/** Writes down what became of each tick, in their order. */
export class TickLedger {
  readonly jobs: NewJob[] = []
  readonly records: TickRecord[] = []
  readonly #record: ScheduleRecord
  readonly #now: EpochMs
  readonly #offsetMs: DurationMs
  /** Jobs that the next one waits for. */
  readonly #ahead: string[]
  #missed = 0

  constructor(record: ScheduleRecord, now: EpochMs, offsetMs: DurationMs, { unfinished }: RunFacts) {
    this.#record = record
    this.#now = now
    this.#offsetMs = offsetMs
    this.#ahead = record.definition.overlap === 'queue-one' ? [...unfinished] : []
  }

  write(tick: EpochMs, verdict: Verdict): void {
    if (verdict === 'fire') this.#fire(tick)
    else this.#skip(tick, verdict)
  }

  #fire(tick: EpochMs): void {
    const late = this.#lateOf(tick)
    const info = { schedule: this.#record.name, tick, late, missed: this.#missed }
    const job = makeTickJob(this.#record, info, { dueAt: tick + this.#offsetMs, waitsFor: this.#ahead })
    this.#missed = 0
    if (this.#record.definition.overlap === 'queue-one') this.#ahead.push(job.id)
    this.jobs.push(job)
    this.records.push({ tick, at: this.#now, outcome: 'fired', reason: null, lateMs: late, jobId: job.id, count: 1 })
  }

  /** A run of ticks that were skipped for one reason is one record, named after the last of them. */
  #skip(tick: EpochMs, reason: SkipReason): void {
    if (reason === 'missed') this.#missed += 1
    const before = this.records.at(-1)
    const joins = before?.reason === reason
    if (joins) this.records.pop()
    const count = joins ? before.count + 1 : 1
    const lateMs = this.#lateOf(tick)
    this.records.push({ tick, at: this.#now, outcome: 'skipped', reason, lateMs, jobId: null, count })
  }

  #lateOf(tick: EpochMs): DurationMs {
    return this.#now - this.#offsetMs - tick
  }
}
