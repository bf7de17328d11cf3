import type { NodeRecord } from '../port/control-store.js'
import type { Connection } from './connection.js'
import { toDate } from './instant.js'

/** One process that runs jobs, fires schedules, or both. */
export interface WorkerView extends Omit<NodeRecord, 'startedAt'> {
  readonly startedAt: Date
  /** When it was last heard of; one that was not heard of for three of its beats is forgotten. */
  readonly seenAt: Date
}

/** The processes that are alive, by id. */
export async function listWorkers<Tx>(
  connection: Connection<Tx>,
  signal: AbortSignal | undefined,
): Promise<readonly WorkerView[]> {
  const { control } = await connection.open(signal)
  const nodes = await control.listNodes({ signal })
  return nodes.map((node) => ({ ...node, startedAt: toDate(node.startedAt), seenAt: toDate(node.seenAt) }))
}
