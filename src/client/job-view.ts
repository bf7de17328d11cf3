import { decode } from '../codec/decode.js'
import { decodeError } from '../codec/encode-error.js'
import { decodeHeaders } from '../codec/headers.js'
import { type ResultLoss, resultLoss } from '../codec/encode-result.js'
import type { EncodedValue, ErrorRecord, JobRecord, LogLine, Priority } from '../model/job.js'
import { type FailureReason, shownState, type ShownState } from '../model/job-state.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { JobDetails } from '../port/inspector.js'
import { toDate } from './instant.js'
import { LenientReader } from './lenient-reader.js'

/** A job as people read it: instants are dates, stored values are values again. */
export interface JobView {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly priority: Priority
  /** `scheduled` and `retrying` are pending jobs that wait for their time, or run again after a failed attempt. */
  readonly state: ShownState
  /** Set when `state` is `failed`. */
  readonly failure: FailureReason | null
  readonly cancelReason: string | null
  /** A running job was asked to stop. */
  readonly cancelRequested: boolean
  /** undefined: it was given none, or `unreadable` says why. */
  readonly payload: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly enqueuedAt: Date
  /** When a waiting job becomes claimable; null for every other. */
  readonly dueAt: Date | null
  /** When the lease of a running job ends unless it is extended; null for every other. */
  readonly leaseUntil: Date | null
  readonly finishedAt: Date | null
  readonly deadline: Date | null
  /** Tries spent in this iteration. */
  readonly tries: number
  /** null: what its task says. */
  readonly maxTries: number | null
  /** How often its handler answered `again`. */
  readonly iterations: number
  /** Grows with every attempt. */
  readonly fence: number
  /** An attempt of it vanished with its worker; it runs alone until it has ended properly once. */
  readonly suspect: boolean
  /** The worker that runs it now. */
  readonly workerId: string | null
  /** Its unique key with the scope before it, such as `task/invoice:send/in_1`. */
  readonly uniqueKey: string | null
  readonly tick: TickView | null
  /** What its handler returned; undefined when it returned nothing, is not done, or `resultLost` or `unreadable` says why. */
  readonly result: unknown
  readonly resultLost: ResultLoss | null
  /** How the last failed attempt ended. */
  readonly error: ErrorRecord | null
  /**
   * Which values of the record this version of rota cannot read, and why: the store is damaged, or a newer version wrote them.
   * They are left out. null: all of them can be read.
   */
  readonly unreadable: string | null
}

/** The tick that made a job. */
export interface TickView {
  readonly schedule: string
  readonly at: Date
  readonly lateMs: DurationMs
  /** How many ticks before it were missed. */
  readonly missed: number
}

/** What the attempts of one job reported. */
export interface JobDetailsView {
  /** undefined: it said nothing, or `unreadable` says why. */
  readonly progress: unknown
  /** The oldest first. */
  readonly logs: readonly (Omit<LogLine, 'at'> & { readonly at: Date })[]
  /** How attempts failed, the latest last; the last ten are kept. */
  readonly errors: readonly { readonly at: Date; readonly error: ErrorRecord | null }[]
  /** As for `JobView`. */
  readonly unreadable: string | null
}

/** The view of a record at the instant `now`. */
export function viewJob(job: JobRecord, now: EpochMs): JobView {
  const { tick } = job
  const reader = new LenientReader()
  const payload = reader.read('payload', () => decode(job.payload), undefined)
  const headers = reader.read('headers', () => decodeHeaders(job.headers), decodeHeaders(null))
  const result = reader.read('result', () => readResult(job.result), { value: undefined, lost: null })
  return {
    id: job.id,
    task: job.task,
    queue: job.queue,
    priority: job.priority,
    state: shownState(job, now),
    failure: job.failure,
    cancelReason: job.cancelReason,
    cancelRequested: job.cancelRequested,
    payload,
    headers,
    enqueuedAt: toDate(job.enqueuedAt),
    dueAt: job.state === 'pending' ? toDate(job.visibleAt) : null,
    leaseUntil: job.state === 'running' ? toDate(job.visibleAt) : null,
    finishedAt: toDate(job.finishedAt),
    deadline: toDate(job.deadline),
    tries: job.tries,
    maxTries: job.maxTries,
    iterations: job.iterations,
    fence: job.fence,
    suspect: job.suspect,
    workerId: job.workerId,
    uniqueKey: job.uniqueKey,
    tick:
      tick === null ? null : { schedule: tick.schedule, at: toDate(tick.tick), lateMs: tick.late, missed: tick.missed },
    result: result.value,
    resultLost: result.lost,
    error: decodeError(job.error),
    unreadable: reader.unreadable,
  }
}

function readResult(stored: EncodedValue | null): { readonly value: unknown; readonly lost: ResultLoss | null } {
  return { value: decode(stored), lost: resultLoss(stored) }
}

/** The view of what attempts reported. */
export function viewDetails(details: JobDetails): JobDetailsView {
  const reader = new LenientReader()
  const progress = reader.read('progress', () => decode(details.progress), undefined)
  return {
    progress,
    logs: details.logs.map((line) => ({ ...line, at: toDate(line.at) })),
    errors: details.errors.map(({ at, error }) => ({ at: toDate(at), error: decodeError(error) })),
    unreadable: reader.unreadable,
  }
}
