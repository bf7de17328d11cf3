import type { Query } from '../session.js'

export const INSERT_READY: Query<
  [
    lane: number,
    visibleAt: number,
    seq: number,
    fence: number,
    settledFence: number,
    tries: number,
    iterations: number,
    flags: number,
  ]
> = {
  sql: `INSERT INTO ready(lane, visible_at, seq, fence, settled_fence, tries, iterations, flags)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
}

export const PUT_PLACE: Query<[seq: number, lane: number, visibleAt: number]> = {
  sql: 'INSERT OR REPLACE INTO places(seq, lane, visible_at) VALUES (?, ?, ?)',
}

export const FORGET_PLACE: Query<[seq: number]> = { sql: 'DELETE FROM places WHERE seq = ?' }

/** A job that waits, found by the place that its body tells or by the one that it was moved to. */
export const READY_OF: Query<
  [seq: number],
  [
    lane: number,
    visibleAt: number,
    fence: number,
    settledFence: number,
    tries: number,
    iterations: number,
    flags: number,
    priority: number,
  ]
> = {
  sql: `SELECT r.lane, r.visible_at, r.fence, r.settled_fence, r.tries, r.iterations, r.flags, b.priority
        FROM bodies b LEFT JOIN places p ON p.seq = b.seq
        CROSS JOIN ready r ON r.lane = coalesce(p.lane, b.kind * 8 + b.priority)
          AND r.visible_at = coalesce(p.visible_at, b.due_at) AND r.seq = b.seq
        WHERE b.seq = ?`,
}

export const DELETE_READY: Query<[lane: number, visibleAt: number, seq: number]> = {
  sql: 'DELETE FROM ready WHERE lane = ? AND visible_at = ? AND seq = ?',
}

export const FLAG_READY: Query<[flag: number, lane: number, visibleAt: number, seq: number]> = {
  sql: 'UPDATE ready SET flags = flags | ? WHERE lane = ? AND visible_at = ? AND seq = ?',
}

export const INSERT_OUTCOME: Query<
  [
    seq: number,
    shelf: number,
    fin: number,
    finishedAt: number,
    fence: number,
    settledFence: number,
    tries: number,
    iterations: number,
    flags: number,
    failure: number,
    reason: string | null,
  ]
> = {
  sql: `INSERT INTO outcomes(seq, shelf, fin, finished_at, fence, settled_fence, tries, iterations, flags, failure, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
}

export const FREE_KEY: Query<[seq: number]> = {
  sql: 'DELETE FROM uniques WHERE key = (SELECT unique_key FROM bodies WHERE seq = ?)',
}

export const FORGET_CANCEL: Query<[seq: number]> = { sql: 'DELETE FROM cancels WHERE seq = ?' }
