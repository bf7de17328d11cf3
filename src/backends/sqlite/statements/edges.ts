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

export const RESOLVE_PARENTS: Query<[child: number]> = {
  sql: 'UPDATE edges SET resolved = 1 WHERE child = ? AND resolved = 0',
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
