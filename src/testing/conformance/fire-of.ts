import type { NewJob } from '../../model/job.js'
import type { ScheduleRecord, TickRecord } from '../../model/schedule-record.js'
import type { EpochMs } from '../../model/units.js'
import type { Fire } from '../../port/schedule-store.js'
import { newJob } from '../new-job.js'

/** The firing of the tick that `record` waits for, with one job whose id follows from the tick, as a scheduler makes it. */
export function fireOf(
  record: ScheduleRecord,
  nextTickAt: EpochMs | null,
  jobs: readonly NewJob[] = [tickJob(record)],
): Fire {
  const tick = record.nextTickAt ?? 0
  return {
    name: record.name,
    incarnation: record.incarnation,
    version: record.version,
    tick,
    nextTickAt,
    jobs,
    ticks: [firedTick(tick, jobs[0]?.id ?? null)],
  }
}

/** The job of the tick that `record` waits for. */
export function tickJob({ name, incarnation, nextTickAt }: ScheduleRecord): NewJob {
  const tick = nextTickAt ?? 0
  return newJob({ id: `${name}@${incarnation}@${tick}`, tick: { schedule: name, tick, late: 0, missed: 0 } })
}

/** What the history keeps of a tick that was fired on time. */
export function firedTick(tick: EpochMs, jobId: string | null): TickRecord {
  return { tick, at: tick, outcome: 'fired', reason: null, lateMs: 0, jobId, count: 1 }
}
