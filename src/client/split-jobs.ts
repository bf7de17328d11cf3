import type { NewJob } from '../model/job.js'
import type { Limits } from '../port/capabilities.js'

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

/** What counts towards `limits.enqueueBytes`: the texts whose length is the caller's. */
export function storedBytes({ payload, headers }: NewJob): number {
  let bytes = headers === null ? 0 : Buffer.byteLength(headers)
  if (payload === null) return bytes
  bytes += Buffer.byteLength(payload.json)
  return payload.note === null ? bytes : bytes + Buffer.byteLength(payload.note)
}
