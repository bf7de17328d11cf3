import type { NodeRecord } from '../../port/control-store.js'

/** A worker that beats every 10 s. */
export function newNode(fields: Partial<NodeRecord> = {}): NodeRecord {
  return {
    id: 'worker-1',
    kind: 'worker',
    host: 'localhost',
    pid: 1,
    startedAt: 0,
    queues: ['queue'],
    tasks: ['task'],
    running: 0,
    beatMs: 10_000,
    ...fields,
  }
}
