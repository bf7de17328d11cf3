import type { Query } from '../session.js'

export const ALL_KINDS: Query<[], [id: number, queue: string, task: string]> = {
  sql: 'SELECT id, queue, task FROM kinds ORDER BY id',
}

export const INSERT_KIND: Query<[queue: string, task: string]> = {
  sql: 'INSERT INTO kinds(queue, task) VALUES (?, ?) ON CONFLICT DO NOTHING',
}

export const KIND_BY_NAME: Query<[queue: string, task: string], [id: number]> = {
  sql: 'SELECT id FROM kinds WHERE queue = ? AND task = ?',
}

export const KIND_BY_ID: Query<[id: number], [queue: string, task: string]> = {
  sql: 'SELECT queue, task FROM kinds WHERE id = ?',
}
