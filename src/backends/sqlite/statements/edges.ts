import type { Query } from '../session.js'

export const ADD_EDGE: Query<[child: number, parent: number, runAnyway: number, resolved: number]> = {
  sql: 'INSERT INTO edges(child, parent, run_anyway, resolved) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
}

export const WAITING_CHILDREN: Query<[parent: number], [child: number, runAnyway: number]> = {
  sql: 'SELECT child, run_anyway FROM edges WHERE parent = ? AND resolved = 0',
}

export const RESOLVE_EDGES: Query<[parent: number]> = {
  sql: 'UPDATE edges SET resolved = 1 WHERE parent = ? AND resolved = 0',
}

export const INSERT_BLOCKED: Query<[seq: number, kind: number, waits: number, flags: number]> = {
  sql: 'INSERT INTO blocked(seq, kind, waits, flags) VALUES (?, ?, ?, ?)',
}

export const BLOCKED_OF: Query<[seq: number], [kind: number, waits: number, flags: number]> = {
  sql: 'SELECT kind, waits, flags FROM blocked WHERE seq = ?',
}

export const WAIT_FOR: Query<[waits: number, seq: number]> = { sql: 'UPDATE blocked SET waits = ? WHERE seq = ?' }

export const FLAG_BLOCKED: Query<[flag: number, seq: number]> = {
  sql: 'UPDATE blocked SET flags = flags | ? WHERE seq = ?',
}

export const DELETE_BLOCKED: Query<[seq: number]> = { sql: 'DELETE FROM blocked WHERE seq = ?' }

export const PLACE_OF_BODY: Query<[seq: number], [kind: number, priority: number, dueAt: number]> = {
  sql: 'SELECT kind, priority, due_at FROM bodies WHERE seq = ?',
}

export const OUTCOME_OF: Query<[seq: number], [shelf: number, flags: number]> = {
  sql: 'SELECT shelf, flags FROM outcomes WHERE seq = ?',
}

export const FLAG_OUTCOME: Query<[flag: number, seq: number]> = {
  sql: 'UPDATE outcomes SET flags = flags | ? WHERE seq = ?',
}

/** The edges of jobs in both directions: `asked` is the job that was asked for, `other` the one at the other end. */
export const EDGES_OF: Query<
  [ids: string, sameIds: string],
  [asked: string, isParent: number, other: string, runAnyway: number, resolved: number]
> = {
  sql: `SELECT a.value AS asked, 1 AS is_parent, o.id AS other, e.run_anyway, e.resolved
        FROM json_each(?) a CROSS JOIN bodies b ON b.id = a.value CROSS JOIN edges e ON e.child = b.seq CROSS JOIN bodies o ON o.seq = e.parent
        UNION ALL
        SELECT a.value, 0, o.id, e.run_anyway, e.resolved
        FROM json_each(?) a CROSS JOIN bodies b ON b.id = a.value CROSS JOIN edges e ON e.parent = b.seq CROSS JOIN bodies o ON o.seq = e.child`,
}
