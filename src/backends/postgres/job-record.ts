import type { EncodedValue, JobRecord, Priority, TickInfo } from '../../model/job.js'
import type { FailureReason, JobState } from '../../model/job-state.js'
import type { Row } from './store.js'

/** States as they are numbered in `happened` and in slots; `deleted` is not a state, but the log tells it. */
export const STATE_NAMES = ['blocked', 'pending', 'running', 'completed', 'failed', 'cancelled', 'deleted'] as const

/** Reasons of failure by their number in `outcomes`. */
export const FAILURES: readonly (FailureReason | null)[] = [null, 'exhausted', 'terminated', 'expired', 'unreachable']

/** The flags that are read here; schema-1.ts lists them all. */
export const FLAG = Object.freeze({ cancel: 64, suspect: 128 })

/** The columns of a job's record, wherever the job is, of `{s}.bodies b` and what `RECORD_JOINS` brings. */
export const RECORD_COLUMNS = `b.id, k.queue, k.task, b.priority, b.enqueued_at, b.deadline, b.max_tries, b.unique_key, b.tick, b.headers,
  CASE WHEN m.seq IS NULL THEN b.payload ELSE m.payload END, CASE WHEN m.seq IS NULL THEN b.note ELSE m.note END,
  CASE WHEN o.seq IS NOT NULL THEN o.shelf & 7 WHEN l.lane & 7 = 7 THEN 2 WHEN l.lane & 7 = 6 THEN 0 ELSE 1 END,
  CASE WHEN l.lane & 7 <> 6 THEN l.visible_at END, o.finished_at, coalesce(o.fence, l.fence), coalesce(o.tries, l.tries),
  coalesce(o.iterations, l.iterations), coalesce(o.flags, l.flags), o.failure, coalesce(o.reason, c.reason), l.worker, o.result, o.note,
  (SELECT e.error FROM {s}.errors e WHERE e.seq = b.seq ORDER BY e.id DESC LIMIT 1)`

export const RECORD_JOINS = `JOIN {s}.kinds k ON k.id = b.kind LEFT JOIN {s}.live l ON l.seq = b.seq
  LEFT JOIN {s}.outcomes o ON o.seq = b.seq LEFT JOIN {s}.params m ON m.seq = b.seq LEFT JOIN {s}.cancels c ON c.seq = b.seq`

/** A job as the port shows it, of a row with `RECORD_COLUMNS`. */
export function recordOf(row: Row): JobRecord {
  const [
    id,
    queue,
    task,
    priority,
    enqueuedAt,
    deadline,
    maxTries,
    uniqueKey,
    tick,
    headers,
    payload,
    note,
    state,
    ...live
  ] = row
  const [
    visibleAt,
    finishedAt,
    fence,
    tries,
    iterations,
    flagText,
    failure,
    reason,
    workerId,
    result,
    resultNote,
    error,
  ] = live
  const flags = Number(flagText)
  return {
    id: id ?? '',
    task: task ?? '',
    queue: queue ?? '',
    priority: Number(priority) as Priority,
    state: STATE_NAMES[Number(state)] as JobState,
    failure: FAILURES[Number(failure ?? 0)] ?? null,
    cancelReason: reason ?? null,
    payload: valueOf(payload, note),
    headers: headers ?? null,
    enqueuedAt: Number(enqueuedAt),
    visibleAt: numberOf(visibleAt),
    finishedAt: numberOf(finishedAt),
    deadline: numberOf(deadline),
    tries: Number(tries),
    maxTries: numberOf(maxTries),
    iterations: Number(iterations),
    fence: Number(fence),
    suspect: (flags & FLAG.suspect) !== 0,
    workerId: workerId ?? null,
    cancelRequested: (flags & FLAG.cancel) !== 0,
    uniqueKey: uniqueKey ?? null,
    tick: tick == null ? null : (JSON.parse(tick) as TickInfo),
    result: valueOf(result, resultNote),
    error: error ?? null,
  }
}

export function numberOf(text: string | null | undefined): number | null {
  return text == null ? null : Number(text)
}

function valueOf(json: string | null | undefined, note: string | null | undefined): EncodedValue | null {
  return json == null ? null : { json, note: note ?? null }
}
