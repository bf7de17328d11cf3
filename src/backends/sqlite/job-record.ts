import type { EncodedValue, JobRecord, Priority, TickInfo } from '../../model/job.js'
import type { JobState } from '../../model/job-state.js'
import { FLAG } from './job-flags.js'
import type { Kind } from './kinds.js'
import { FAILURES, STATE, STATE_NAMES } from './lanes.js'
import type { RecordRow } from './statements/record.js'

/** A job as the port shows it. */
export function recordOf(row: RecordRow, kind: Kind): JobRecord {
  const [, , priority, id, enqueuedAt, deadline, maxTries, uniqueKey, tick, headers, payload, note, state, ...live] =
    row
  const [visibleAt, finishedAt, fence, tries, iterations, flags, failure, reason, workerId, ...rest] = live
  const [result, resultNote, error] = rest
  return {
    id,
    task: kind.task,
    queue: kind.queue,
    priority: priority as Priority,
    state: STATE_NAMES[state] as JobState,
    failure: state === STATE.failed ? (FAILURES[failure ?? 0] ?? null) : null,
    cancelReason: reason,
    payload: valueOf(payload, note),
    headers,
    enqueuedAt,
    visibleAt,
    finishedAt,
    deadline,
    tries,
    maxTries,
    iterations,
    fence,
    suspect: (flags & FLAG.suspect) !== 0,
    workerId,
    cancelRequested: (flags & FLAG.cancel) !== 0,
    uniqueKey,
    tick: tick === null ? null : (JSON.parse(tick) as TickInfo),
    result: valueOf(result, resultNote),
    error,
  }
}

function valueOf(json: string | null, note: string | null): EncodedValue | null {
  return json === null ? null : { json, note }
}
