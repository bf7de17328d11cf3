import type { Query } from '../session.js'

/** A lease as the slow path reads it. */
export type LeaseRow = [
  lane: number,
  leaseEnd: number,
  dueAt: number,
  fence: number,
  settledFence: number,
  tries: number,
  iterations: number,
  flags: number,
]

export const LEASE_OF: Query<[seq: number], LeaseRow> = {
  sql: 'SELECT lane, visible_at, due_at, fence, settled_fence, tries, iterations, flags FROM leases WHERE seq = ?',
}

export const DELETE_LEASE: Query<[seq: number]> = { sql: 'DELETE FROM leases WHERE seq = ?' }

export const EXTEND_LEASE: Query<[leaseUntil: number, seq: number, fence: number], [flags: number]> = {
  sql: 'UPDATE leases SET visible_at = ? WHERE seq = ? AND fence = ? RETURNING flags',
}

export const FLAG_LEASE: Query<[flag: number, seq: number]> = {
  sql: 'UPDATE leases SET flags = flags | ? WHERE seq = ?',
}

export const ENDED_LEASES: Query<[now: number, limit: number], [seq: number, ...LeaseRow]> = {
  sql: `SELECT seq, lane, visible_at, due_at, fence, settled_fence, tries, iterations, flags
        FROM leases WHERE visible_at <= ? LIMIT +?`,
}

export const FIRST_LEASE_END: Query<[], [leaseEnd: number | null]> = {
  sql: 'SELECT min(visible_at) AS lease_end FROM leases',
}

export const SHIFT_LEASES: Query<[by: number]> = { sql: 'UPDATE leases SET visible_at = visible_at - ?' }
