import type { Query } from '../session.js'

export const ASK_CANCEL: Query<[seq: number, reason: string | null]> = {
  sql: 'INSERT INTO cancels(seq, reason) VALUES (?, ?) ON CONFLICT DO NOTHING',
}

export const FINISHED_OF: Query<
  [seq: number],
  [
    shelf: number,
    fence: number,
    settledFence: number,
    iterations: number,
    flags: number,
    priority: number,
    uniqueKey: string | null,
  ]
> = {
  sql: `SELECT o.shelf, o.fence, o.settled_fence, o.iterations, o.flags, b.priority, b.unique_key
        FROM outcomes o CROSS JOIN bodies b ON b.seq = o.seq WHERE o.seq = ?`,
}

const IN_LIST = 'IN (SELECT value FROM json_each(?))'

export const BURY_IN: Query<[seqs: string]> = {
  sql: `INSERT INTO tombstones(seq, kind, id) SELECT seq, kind, id FROM bodies WHERE seq ${IN_LIST}`,
}

/** Tables that have rows of some jobs only, and how to forget those. */
export const FORGET_IN = {
  bodies: { sql: `DELETE FROM bodies WHERE seq ${IN_LIST}` },
  outcomes: { sql: `DELETE FROM outcomes WHERE seq ${IN_LIST}` },
  params: { sql: `DELETE FROM params WHERE seq ${IN_LIST}` },
  results: { sql: `DELETE FROM results WHERE seq ${IN_LIST}` },
  errors: { sql: `DELETE FROM errors WHERE seq ${IN_LIST}` },
  progress: { sql: `DELETE FROM progress WHERE seq ${IN_LIST}` },
  logs: { sql: `DELETE FROM logs WHERE seq ${IN_LIST}` },
  steps: { sql: `DELETE FROM steps WHERE seq ${IN_LIST}` },
  childEdges: { sql: `DELETE FROM edges WHERE child ${IN_LIST}` },
  parentEdges: { sql: `DELETE FROM edges WHERE parent ${IN_LIST}` },
} as const satisfies Record<string, Query<[seqs: string]>>

export const FORGET_RESULT: Query<[seq: number]> = { sql: 'DELETE FROM results WHERE seq = ?' }
export const DELETE_OUTCOME: Query<[seq: number]> = { sql: 'DELETE FROM outcomes WHERE seq = ?' }
