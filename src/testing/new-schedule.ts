import type { ScheduleDefinition } from '../model/schedule-record.js'
import type { SchedulePut } from '../port/schedule-store.js'
import { json } from './new-job.js'

/** A schedule that is told to be due in the far future, and not before, with whatever matters to the test filled in. */
export function newSchedule(
  name: string,
  fields: Partial<Omit<SchedulePut, 'definition'>> & { readonly definition?: Partial<ScheduleDefinition> } = {},
): SchedulePut {
  const { definition, ...rest } = fields
  return {
    name,
    incarnation: `${name}-1`,
    anchor: 0,
    nextTickAt: 9_000_000_000_000,
    paused: false,
    ...rest,
    definition: newDefinition(definition),
  }
}

/** What a schedule does: a job of `newJob`'s task every minute, unless the test says otherwise. */
export function newDefinition(fields: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return {
    description: 'what it is for',
    expression: '* * * * *',
    timeZone: 'UTC',
    dialect: 'auto',
    dst: null,
    task: 'task',
    queue: 'queue',
    payload: json({ a: 1 }),
    priority: 3,
    deadlineMs: null,
    maxTries: null,
    startAt: null,
    endAt: null,
    maxRuns: null,
    missed: 'latest',
    overlap: 'allow',
    jitterMs: 0,
    pauseOnFailure: false,
    owner: null,
    ...fields,
  }
}
