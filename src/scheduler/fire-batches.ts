import type { NewJob } from '../model/job.js'
import type { Limits } from '../port/capabilities.js'
import type { Fire } from '../port/schedule-store.js'

/** Cuts fires into calls whose jobs a store takes at a time. */
export function batchFires(fires: readonly Fire[], limits: Limits): readonly (readonly Fire[])[] {
  const batches: Fire[][] = []
  let batch: Fire[] = []
  let items = 0
  let bytes = 0
  for (const fire of fires) {
    const size = fire.jobs.reduce((sum, job) => sum + payloadBytes(job), 0)
    const isFull = items + fire.jobs.length > limits.enqueueItems || bytes + size > limits.enqueueBytes
    if (isFull && batch.length > 0) {
      batches.push(batch)
      batch = []
      items = 0
      bytes = 0
    }
    batch.push(fire)
    items += fire.jobs.length
    bytes += size
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}

function payloadBytes({ payload }: NewJob): number {
  return payload === null ? 0 : Buffer.byteLength(payload.json) + Buffer.byteLength(payload.note ?? '')
}
