import type { NewJob, TickInfo } from '../model/job.js'
import type { ScheduleRecord } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'

/**
 * The id of the job of a tick, the same whoever fires it (law 7). `@` is in no name, so no two ticks share an id. The instant
 * stands in front so that ids of one time lie together in the index of a store, as those of other jobs do.
 */
function tickJobId({ name, incarnation }: Pick<ScheduleRecord, 'name' | 'incarnation'>, tick: EpochMs): string {
  return `${tick}@${name}@${incarnation}`
}

/** When the job of a tick is due, and which jobs have to end first. */
export interface TickJobTurn {
  readonly dueAt: EpochMs
  readonly waitsFor: readonly string[]
}

/** The job of a tick, with `late` and `missed` for its handler. It counts as due since the tick, later by the jitter. */
export function makeTickJob(record: ScheduleRecord, info: TickInfo, { dueAt, waitsFor }: TickJobTurn): NewJob {
  const { definition } = record
  return {
    id: tickJobId(record, info.tick),
    task: definition.task,
    queue: definition.queue,
    priority: definition.priority,
    payload: definition.payload,
    headers: null,
    due: { at: dueAt },
    deadline: definition.deadlineMs === null ? null : dueAt + definition.deadlineMs,
    maxTries: definition.maxTries,
    uniqueKey: null,
    tick: info,
    parents: waitsFor.map((id) => ({ id, otherwise: 'run' })),
  }
}
