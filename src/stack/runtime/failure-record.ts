import type { RunningJob } from '../../model/handler-context.js'
import type { FailureReport } from '../../model/task-definition.js'
import type { ResourceNames } from './resource-names.js'

/** What the on-failure function of an app gets: one record for each job that has failed for good. */
export interface FailureRecord {
  /** How the job came: by a call, a cron or a topic, or as a message of a queue. */
  readonly type: 'async-lambda' | 'queue'
  /** The id of the job. */
  readonly id: string
  /** When it failed; of a message that somebody has sent here, when that was. */
  readonly date: Date
  readonly payload: unknown
  readonly source?: { readonly resource: string; readonly event: unknown }
  /** Of `async-lambda`. */
  readonly function?: { readonly name: string }
  /** Of `queue`; empty for a message that came by no queue of the app. */
  readonly queue?: { readonly name?: string }
  /** Of `async-lambda`: the last error. */
  readonly error?: { readonly type: string; readonly message: string; readonly stackTrace: readonly string[] }
}

/**
 * The record of what an on-failure job tells; null when it tells of nothing that has failed. Has exactly the members that
 * functions written for Lambda and SQS know, where a message that failed comes without its error.
 */
export function failureRecord(
  told: unknown,
  job: Pick<RunningJob, 'id' | 'enqueuedAt'>,
  names: ResourceNames,
): FailureRecord | null {
  if (told === undefined) return null
  if (!isReport(told)) return { type: 'queue', id: job.id, date: job.enqueuedAt, payload: told, queue: {} }
  const { id, at: date, payload, queue, task } = told
  const messages = names.ofMessages(queue, task)
  if (messages !== null) {
    const source = { resource: messages, event: payload }
    return { type: 'queue', id, date, payload, source, queue: { name: queue } }
  }
  const resource = names.ofTask(task)
  return {
    type: 'async-lambda',
    id,
    date,
    payload,
    source: { resource, event: payload },
    function: { name: resource },
    error: errorOf(told),
  }
}

function errorOf({ error, failure }: FailureReport): NonNullable<FailureRecord['error']> {
  if (error === null) return { type: 'Error', message: failure, stackTrace: [] }
  const lines = error.stack?.split('\n').map((line) => line.trim()) ?? []
  return { type: error.name, message: error.message, stackTrace: lines.filter((line) => line.startsWith('at ')) }
}

/** Anybody may put a message into the way of failures, and it has to be taken for what it is. */
function isReport(value: unknown): value is FailureReport {
  if (typeof value !== 'object' || value === null) return false
  const { id, task, queue, failure, at } = value as Partial<FailureReport>
  return [id, task, queue, failure].every((member) => typeof member === 'string') && at instanceof Date
}
