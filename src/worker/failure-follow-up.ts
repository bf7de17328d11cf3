import { decodeError } from '../codec/encode-error.js'
import { decode } from '../codec/decode.js'
import { encode } from '../codec/encode.js'
import type { Clock, IdMaker } from '../model/clock.js'
import { DUE_NOW, PRIORITY_DEFAULT } from '../model/job.js'
import type { EncodedValue, NewJob } from '../model/job.js'
import type { FailureReason } from '../model/job-state.js'
import type { Lease } from '../model/lease.js'
import { KEY_LENGTH_MAX } from '../model/names.js'
import { QUEUE_DEFAULT } from '../model/policy.js'
import type { AnyTask, FailureReport } from '../model/task-definition.js'
import { parseDuration } from '../time/duration.js'

/** How a job ended that failed. */
export interface Failure {
  readonly reason: FailureReason
  /** Tries that it has spent in all. */
  readonly tries: number
  /** JSON of an `ErrorRecord`. */
  readonly error: string
}

/** The job that tells `task`, an on-failure task, about the failed job of `lease`. */
export function makeFailureJob(
  task: AnyTask,
  lease: Lease,
  failure: Failure,
  deps: { readonly clock: Clock; readonly ids: IdMaker },
): NewJob {
  const { queue = QUEUE_DEFAULT, priority = PRIORITY_DEFAULT, deadline } = task.policy
  const now = deps.clock.now()
  // Derived, so that whoever looks at either job finds the other.
  const id = `${lease.job.id}:failed:${lease.fence}`
  return {
    id: id.length <= KEY_LENGTH_MAX ? id : deps.ids.next(),
    task: task.name,
    queue,
    priority,
    payload: encodeReport(lease, failure, now),
    headers: lease.job.headers,
    due: DUE_NOW,
    deadline: deadline === undefined ? null : now + parseDuration(deadline, `task "${task.name}": deadline`),
    maxTries: null,
    uniqueKey: null,
    tick: null,
    parents: [],
  }
}

function encodeReport({ job }: Lease, failure: Failure, now: number): EncodedValue {
  const report: FailureReport = {
    id: job.id,
    task: job.task,
    queue: job.queue,
    failure: failure.reason,
    tries: failure.tries,
    at: new Date(now),
    payload: readPayload(job.payload),
    error: decodeError(failure.error),
  }
  // A payload near the limit does not fit beside a long error, and one at the limit beside none.
  for (const shorter of [report, { ...report, error: beginningOf(report.error) }]) {
    try {
      return encode(shorter)
    } catch {
      // the next says less
    }
  }
  return encode({ ...report, payload: null })
}

/** Characters of a message that are told in any case; the whole error is with the job. */
const MESSAGE_LENGTH_MIN = 1_000

function beginningOf(error: FailureReport['error']): FailureReport['error'] {
  if (error === null) return null
  const { stack: _stack, ...told } = error
  return { ...told, message: told.message.slice(0, MESSAGE_LENGTH_MIN).toWellFormed() }
}

function readPayload(payload: EncodedValue | null): unknown {
  try {
    return decode(payload)
  } catch {
    return null // it is why the job failed
  }
}
