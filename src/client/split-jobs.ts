import type { NewJob } from '../model/job.js'
import type { Limits } from '../port/capabilities.js'
import { storedBytes } from '../port/stored-bytes.js'

/** Cuts jobs into calls that a store takes, in their order. */
export function splitJobs(jobs: readonly NewJob[], limits: Limits): readonly (readonly NewJob[])[] {
  const parts: (readonly NewJob[])[] = []
  let start = 0
  let bytes = 0
  jobs.forEach((job, index) => {
    const size = storedBytes(job)
    const isFull = index - start === limits.enqueueItems || bytes + size > limits.enqueueBytes
    if (isFull && index > start) {
      parts.push(jobs.slice(start, index))
      start = index
      bytes = 0
    }
    bytes += size
  })
  if (start === 0) return jobs.length === 0 ? [] : [jobs]
  parts.push(jobs.slice(start))
  return parts
}
