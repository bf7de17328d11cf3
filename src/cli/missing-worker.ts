import type { JobRecord } from '../model/job.js'
import type { NodeRecord } from '../port/control-store.js'

/**
 * What a pending job waits for when workers live and none of them can take it; null when one can. Without any worker there
 * is nothing to tell: they are not started yet.
 */
export function missingWorker(job: JobRecord, nodes: readonly NodeRecord[]): string | null {
  if (job.state !== 'pending') return null
  const workers = nodes.filter(({ kind }) => kind !== 'scheduler')
  if (workers.length === 0) return null
  const knowing = workers.filter(({ tasks }) => tasks.includes(job.task))
  const wanted = `a worker that knows task ${JSON.stringify(job.task)}`
  if (knowing.length === 0) return wanted
  if (knowing.some(({ queues }) => queues.includes(job.queue))) return null
  return `${wanted} and serves queue ${JSON.stringify(job.queue)}`
}
