import { decode } from '../../codec/decode.js'
import { decodeHeaders } from '../../codec/headers.js'
import { dueAt, type NewJob, type Priority } from '../../model/job.js'
import type { EpochMs } from '../../model/units.js'

/** One job that was stored while a test ran, as it was then. */
export interface EnqueuedJob<Payload = unknown> {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly payload: Payload
  readonly priority: Priority
  readonly headers: Readonly<Record<string, string>>
  readonly enqueuedAt: Date
  /** When it may start. */
  readonly dueAt: Date
  /** The schedule whose tick made it; null for every other job. */
  readonly schedule: string | null
}

/** The job as a test reads it; `now` is when it was stored. */
export function enqueuedJob(job: NewJob, now: EpochMs): EnqueuedJob {
  return {
    id: job.id,
    task: job.task,
    queue: job.queue,
    payload: decode(job.payload),
    priority: job.priority,
    headers: decodeHeaders(job.headers),
    enqueuedAt: new Date(now),
    dueAt: new Date(dueAt(job.due, now)),
    schedule: job.tick?.schedule ?? null,
  }
}
