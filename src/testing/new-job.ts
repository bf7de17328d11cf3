import { DUE_NOW, PRIORITY_DEFAULT, type EncodedValue, type NewJob } from '../model/job.js'

let made = 0

/**
 * A job as a store takes it, with whatever matters to the test filled in: `newJob({ priority: 1, due: { inMs: 5_000 } })`.
 * Without an id it gets one that no other job of the process has.
 */
export function newJob(fields: Partial<NewJob> = {}): NewJob {
  made += 1
  return {
    id: `job-${made}`,
    task: 'task',
    queue: 'queue',
    priority: PRIORITY_DEFAULT,
    payload: null,
    headers: null,
    due: DUE_NOW,
    deadline: null,
    maxTries: null,
    uniqueKey: null,
    tick: null,
    parents: [],
    ...fields,
  }
}

/** So many jobs with the same fields and ids of their own. */
export function newJobs(count: number, fields: Omit<Partial<NewJob>, 'id'> = {}): readonly NewJob[] {
  return Array.from({ length: count }, () => newJob(fields))
}

/** A plain value as a store takes it. */
export function json(value: unknown): EncodedValue {
  return { json: JSON.stringify(value), note: null }
}
