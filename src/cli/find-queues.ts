import type { Backend } from '../port/backend.js'
import { FailedError } from './exit.js'

/** Refuses names of queues that the store does not know: a typing error must not make a queue. */
export async function checkQueuesExist(backend: Backend, names: readonly string[], signal: AbortSignal): Promise<void> {
  const queues = await backend.control.listQueues({ signal })
  const known = new Set(queues.map(({ name }) => name))
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length === 0) return
  const list = known.size === 0 ? 'there are none yet' : `there are: ${[...known].slice(0, 20).join(', ')}`
  throw new FailedError(`unknown queue ${unknown.join(', ')}; ${list}`)
}
