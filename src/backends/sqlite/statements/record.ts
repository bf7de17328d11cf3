import type { Query } from '../session.js'
import { IS_ARRIVAL } from './arrivals.js'

/** The columns of a job's record, wherever the job is; `JOB_FROM` joins them to a table or list that has `seq`. */
const COLUMNS = `
  b.seq, b.kind, b.priority, b.id, b.enqueued_at, b.deadline, b.max_tries, b.unique_key, b.tick, b.headers,
  CASE WHEN m.seq IS NULL THEN b.payload ELSE m.payload END AS payload,
  CASE WHEN m.seq IS NULL THEN b.note ELSE m.note END AS note,
  CASE WHEN o.seq IS NOT NULL THEN 2 + o.shelf % 4 WHEN l.seq IS NOT NULL THEN 2 WHEN r.seq IS NOT NULL OR ${IS_ARRIVAL} THEN 1 ELSE 0 END AS state,
  coalesce(l.visible_at, r.visible_at, CASE WHEN ${IS_ARRIVAL} THEN b.due_at END) AS visible_at,
  o.finished_at,
  coalesce(o.fence, l.fence, r.fence, 0) AS fence,
  coalesce(o.tries, l.tries, r.tries, 0) AS tries,
  coalesce(o.iterations, l.iterations, r.iterations, 0) AS iterations,
  coalesce(o.flags, l.flags, r.flags, 0) AS flags,
  o.failure, coalesce(o.reason, c.reason) AS reason, l.worker,
  s.json AS result, s.note AS result_note,
  (SELECT error FROM errors e WHERE e.seq = b.seq ORDER BY e.id DESC LIMIT 1) AS error`

const JOINS = `
  LEFT JOIN leases l ON l.seq = b.seq
  LEFT JOIN outcomes o ON o.seq = b.seq
  LEFT JOIN places p ON p.seq = b.seq
  LEFT JOIN ready r ON r.lane = coalesce(p.lane, b.kind * 8 + b.priority)
    AND r.visible_at = coalesce(p.visible_at, b.due_at) AND r.seq = b.seq
  LEFT JOIN params m ON m.seq = b.seq
  LEFT JOIN results s ON s.seq = b.seq
  LEFT JOIN cancels c ON c.seq = b.seq`

export type RecordRow = [
  seq: number,
  kind: number,
  priority: number,
  id: string,
  enqueuedAt: number,
  deadline: number | null,
  maxTries: number | null,
  uniqueKey: string | null,
  tick: string | null,
  headers: string | null,
  payload: string | null,
  note: string | null,
  state: number,
  visibleAt: number | null,
  finishedAt: number | null,
  fence: number,
  tries: number,
  iterations: number,
  flags: number,
  failure: number | null,
  reason: string | null,
  worker: string | null,
  result: string | null,
  resultNote: string | null,
  error: string | null,
]

/** Jobs by id; a list in JSON, and unknown ids are left out. */
export const RECORDS_BY_ID: Query<[ids: string], RecordRow> = {
  sql: `SELECT ${COLUMNS} FROM json_each(?) asked CROSS JOIN bodies b ON b.id = asked.value ${JOINS}`,
}

/** Jobs by number, in the order of the list. */
export const RECORDS_BY_SEQ: Query<[seqs: string], RecordRow> = {
  sql: `SELECT ${COLUMNS} FROM json_each(?) asked CROSS JOIN bodies b ON b.seq = asked.value ${JOINS}`,
}

export const ALL_COUNTERS: Query<[], [slot: number, count: number, total: number]> = {
  sql: 'SELECT slot, count, total FROM counters ORDER BY slot',
}
