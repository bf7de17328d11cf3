import { decodeError } from '../codec/encode-error.js'
import type { FailureReason } from '../model/job-state.js'
import type { ErrorRecord, JobRecord } from '../model/job.js'
import type { EpochMs } from '../model/units.js'
import { toInstant } from './instant.js'

/** Which failed jobs are meant; all that is given must hold. */
export interface FailedFilter {
  readonly queue?: string | undefined
  readonly task?: string | undefined
  /** Why they failed. */
  readonly failure?: FailureReason | undefined
  /** A part of the name or the message of the last error; capitals do not matter. */
  readonly error?: string | undefined
  /** The code of the last error, such as `TIMEOUT` or `ECONNREFUSED`. */
  readonly code?: string | undefined
  /** Failed at that instant or later. */
  readonly failedFrom?: Date | EpochMs | undefined
  /** Failed before that instant. */
  readonly failedUntil?: Date | EpochMs | undefined
}

export const FAILED_FILTER_NAMES: readonly (keyof FailedFilter)[] = [
  'queue',
  'task',
  'failure',
  'error',
  'code',
  'failedFrom',
  'failedUntil',
]

/** Tells failed jobs that fit from others. */
export type FitsFailed = (job: JobRecord) => boolean

/** Reads a filter once, for many jobs. Queue and task are the store's to look for. */
export function failedFilter(what: string, filter: FailedFilter): FitsFailed {
  const { code, error, failedFrom, failedUntil, failure } = filter
  const from = failedFrom === undefined ? null : toInstant(failedFrom, `${what}: failedFrom`)
  const until = failedUntil === undefined ? null : toInstant(failedUntil, `${what}: failedUntil`)
  const wanted = error?.toLowerCase()
  return ({ error: json, failure: reason, finishedAt }) => {
    if (failure !== undefined && reason !== failure) return false
    const at = finishedAt ?? 0
    if ((from !== null && at < from) || (until !== null && at >= until)) return false
    if (wanted === undefined && code === undefined) return true
    const last = decodeError(json)
    return (code === undefined || last?.code === code) && (wanted === undefined || says(last, wanted))
  }
}

function says(error: ErrorRecord | null, wanted: string): boolean {
  return error !== null && `${error.name}: ${error.message}`.toLowerCase().includes(wanted)
}
