import type { NewJob } from '../model/job.js'
import type { ScheduleRecord, TickRecord } from '../model/schedule-record.js'
import type { TickSource } from '../model/tick-bounds.js'
import type { EpochMs } from '../model/units.js'
import type { Fire } from '../port/schedule-store.js'
import { dueTicks, type DueTicks } from './due-ticks.js'
import { selectTicks } from './missed-policy.js'
import { makeTickJob } from './tick-job.js'

/** Jobs of one fire: one schedule that has much to make up for does not hold up the others. */
const JOBS_MAX = 100

/** What a decision has to know beside the schedule. */
export interface FireFacts {
  /** The job of the last tick that was fired has not ended. */
  readonly isRunning: boolean
}

type Verdict = 'fire' | NonNullable<TickRecord['reason']>

/**
 * Decides what becomes of the ticks of a schedule that are due at `now`: which get a job, which are skipped and why, and when
 * the next one is. Null when none is due. Every tick is decided once, in its order; what is not decided here stays due.
 */
export function decideFire(record: ScheduleRecord, source: TickSource, now: EpochMs, facts: FireFacts): Fire | null {
  const due = dueTicks(record, source, now)
  if (due === null) return null
  const { maxRuns, missed, overlap } = record.definition
  const runsLeft = maxRuns === null ? Infinity : Math.max(0, maxRuns - record.fired)
  const selection = selectTicks(due, missed, now)
  const allowed = overlap === 'skip' ? withoutOverlap(selection.wanted, facts) : selection.wanted
  const fired = allowed.slice(0, Math.min(JOBS_MAX, runsLeft))
  const leftOver = runsLeft > JOBS_MAX ? allowed[JOBS_MAX] : undefined
  const decided = leftOver === undefined ? selection.decided : selection.decided.filter((tick) => tick < leftOver)

  const verdicts = new Map<EpochMs, Verdict>()
  for (const tick of selection.wanted) verdicts.set(tick, 'overlap')
  for (const tick of allowed) verdicts.set(tick, 'ended')
  for (const tick of fired) verdicts.set(tick, 'fire')
  const ledger = new TickLedger(record, now)
  for (const tick of decided) ledger.write(tick, verdicts.get(tick) ?? 'missed')

  return {
    name: record.name,
    incarnation: record.incarnation,
    version: record.version,
    tick: decided.at(-1) ?? due.first,
    nextTickAt: fired.length >= runsLeft ? null : nextAfter(decided, due),
    jobs: ledger.jobs,
    ticks: ledger.records,
  }
}

/** One run at a time: the last tick of several, or none while the run before goes on. */
function withoutOverlap(wanted: readonly EpochMs[], { isRunning }: FireFacts): readonly EpochMs[] {
  return isRunning ? [] : wanted.slice(-1)
}

function nextAfter(decided: readonly EpochMs[], { ticks, next }: DueTicks): EpochMs | null {
  return ticks[decided.length] ?? next
}

/** Writes down what became of each tick, in their order. */
class TickLedger {
  readonly jobs: NewJob[] = []
  readonly records: TickRecord[] = []
  readonly #record: ScheduleRecord
  readonly #now: EpochMs
  #missed = 0

  constructor(record: ScheduleRecord, now: EpochMs) {
    this.#record = record
    this.#now = now
  }

  write(tick: EpochMs, verdict: Verdict): void {
    if (verdict === 'fire') this.#fire(tick)
    else this.#skip(tick, verdict)
  }

  #fire(tick: EpochMs): void {
    const lateMs = this.#now - tick
    const job = makeTickJob(this.#record, { schedule: this.#record.name, tick, late: lateMs, missed: this.#missed })
    this.#missed = 0
    this.jobs.push(job)
    this.records.push({ tick, at: this.#now, outcome: 'fired', reason: null, lateMs, jobId: job.id, count: 1 })
  }

  /** A run of ticks that were skipped for one reason is one record, named after the last of them. */
  #skip(tick: EpochMs, reason: Exclude<Verdict, 'fire'>): void {
    if (reason === 'missed') this.#missed += 1
    const before = this.records.at(-1)
    const joins = before?.reason === reason
    if (joins) this.records.pop()
    const count = joins ? before.count + 1 : 1
    const lateMs = this.#now - tick
    this.records.push({ tick, at: this.#now, outcome: 'skipped', reason, lateMs, jobId: null, count })
  }
}
