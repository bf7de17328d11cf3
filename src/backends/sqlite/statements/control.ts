import type { Query } from '../session.js'

export type QueueRow = [
  name: string,
  paused: number,
  concurrency: number | null,
  completedForMs: number | null,
  completedMax: number | null,
  failedForMs: number | null,
]

export const QUEUES: Query<[], QueueRow> = {
  sql: 'SELECT name, paused, concurrency, completed_for_ms, completed_max, failed_for_ms FROM queues',
}

export const QUEUE_OF: Query<[name: string], QueueRow> = {
  sql: 'SELECT name, paused, concurrency, completed_for_ms, completed_max, failed_for_ms FROM queues WHERE name = ?',
}

export const PUT_QUEUE: Query<QueueRow> = {
  sql: `INSERT OR REPLACE INTO queues(name, paused, concurrency, completed_for_ms, completed_max, failed_for_ms)
        VALUES (?, ?, ?, ?, ?, ?)`,
}

export const DELETE_QUEUE: Query<[name: string]> = { sql: 'DELETE FROM queues WHERE name = ?' }

/** Queues that have or had a job: the counters of their kinds say so. */
export const QUEUES_WITH_JOBS: Query<[], [queue: string]> = {
  sql: `SELECT DISTINCT queue FROM kinds k
        WHERE EXISTS (SELECT 1 FROM counters WHERE slot BETWEEN k.id * 16 AND k.id * 16 + 15) ORDER BY queue`,
}

export const COUNTERS_OF_KIND: Query<[first: number, last: number], [slot: number, count: number]> = {
  sql: 'SELECT slot, count FROM counters WHERE slot BETWEEN ? AND ?',
}

export const DELETE_COUNTERS: Query<[first: number, last: number]> = {
  sql: 'DELETE FROM counters WHERE slot BETWEEN ? AND ?',
}

export const TOPICS: Query<[], [name: string, subscriptions: string]> = {
  sql: 'SELECT name, subscriptions FROM topics ORDER BY name',
}

export const PUT_TOPIC: Query<[name: string, subscriptions: string]> = {
  sql: 'INSERT OR REPLACE INTO topics(name, subscriptions) VALUES (?, ?)',
}

export const DELETE_TOPIC: Query<[name: string]> = { sql: 'DELETE FROM topics WHERE name = ?' }

export const PUT_NODE: Query<[id: string, record: string, beatMs: number, seenAt: number]> = {
  sql: 'INSERT OR REPLACE INTO nodes(id, record, beat_ms, seen_at) VALUES (?, ?, ?, ?)',
}

export const DELETE_NODE: Query<[id: string]> = { sql: 'DELETE FROM nodes WHERE id = ?' }

/**
 * A node is gone after three of its intervals without a beat. By distance and not by age: one whose last beat lies in the future,
 * because the clock was set back, is not there for all that time.
 */
const ALIVE = 'abs(? - seen_at) < 3 * beat_ms'

export const LIVE_NODES: Query<[now: number], [record: string, seenAt: number]> = {
  sql: `SELECT record, seen_at FROM nodes WHERE ${ALIVE} ORDER BY id`,
}

export const FORGET_NODES: Query<[now: number]> = { sql: `DELETE FROM nodes WHERE NOT (${ALIVE})` }

/** Running jobs of a node that somebody called off. */
export const CANCEL_REQUESTS: Query<[worker: string], [id: string]> = {
  sql: `SELECT b.id FROM cancels c CROSS JOIN leases l ON l.seq = c.seq CROSS JOIN bodies b ON b.seq = c.seq
        WHERE l.worker = ?`,
}
