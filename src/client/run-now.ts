import type { Clock, IdMaker } from '../model/clock.js'
import { dueAtOf } from '../model/due-at.js'
import { DUE_NOW, type NewJob } from '../model/job.js'
import type { ScheduleRecord } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'
import type { Fire, ScheduleStore } from '../port/schedule-store.js'
import { busyError, unknownError } from './schedule-errors.js'

/** A schedule that fires between our read and our write makes us read again; more often than this something else is wrong. */
const ATTEMPTS_MAX = 20

/** A job that was asked for by hand; `rota.result(run)` waits for it. */
export interface ManualRun {
  readonly id: string
  readonly task: string
}

/**
 * Makes one job of a schedule now, whatever its pause, bounds and overlap say. The series stays as it is; the history has the
 * run as `manual`, and later ticks meet its job like any other of the schedule.
 */
export async function runNow(
  store: ScheduleStore,
  parts: { readonly clock: Clock; readonly ids: IdMaker },
  name: string,
  signal: AbortSignal | undefined,
): Promise<ManualRun> {
  // One id for all attempts: should one of them have been stored without our hearing of it, the next stores nothing.
  const id = parts.ids.next()
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const [record = null] = await store.get({ names: [name], signal })
    if (record === null) throw unknownError(name)
    const [outcome] = await store.fire({ fires: [manualFire(record, id, parts.clock.now())], signal })
    if (outcome === 'fired') return { id, task: record.definition.task }
  }
  throw busyError(name)
}

function manualFire(record: ScheduleRecord, id: string, now: EpochMs): Fire {
  const { name, incarnation, version, nextTickAt } = record
  // Of a schedule that had no runs everything is known; of others nobody asked so far.
  const isFirst = record.fired + record.manual === 0
  const unfinished = record.unfinished === null && !isFirst ? null : [...(record.unfinished ?? []), id]
  const tick = { tick: now, at: now, outcome: 'manual', reason: null, lateMs: 0, jobId: id, count: 1 } as const
  const dueAt = dueAtOf({ ...record, unfinished }, nextTickAt, now)
  const jobs = [manualJob(record, id, now)]
  return { name, incarnation, version, tick: null, nextTickAt, dueAt, jobs, unfinished, ticks: [tick] }
}

function manualJob({ name, definition }: ScheduleRecord, id: string, now: EpochMs): NewJob {
  const { deadlineMs, maxTries, payload, priority, queue, task } = definition
  return {
    id,
    task,
    queue,
    priority,
    payload,
    headers: null,
    due: DUE_NOW,
    deadline: deadlineMs === null ? null : now + deadlineMs,
    maxTries,
    uniqueKey: null,
    tick: { schedule: name, tick: now, late: 0, missed: 0, manual: true },
    parents: [],
  }
}
