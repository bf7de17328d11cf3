import { decodeError } from '../codec/encode-error.js'
import type { FailureReason } from '../model/job-state.js'
import type { JobRecord } from '../model/job.js'
import { checkOptionNames } from '../model/option-names.js'
import type { Inspector } from '../port/inspector.js'
import { FAILED_FILTER_NAMES, failedFilter, type FailedFilter } from './failed-filter.js'
import { failedPages } from './failed-jobs.js'
import { toDate } from './instant.js'

/** Which failed jobs to look at. */
export interface DeadLetterOptions extends FailedFilter {
  /** How many failed jobs to look at, the latest first: 1 to 1,000,000. @defaultValue 10,000 */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Failed jobs of one queue and task that ended in the same way. Numbers in messages make no difference. */
export interface DeadLetterGroup {
  readonly queue: string
  readonly task: string
  readonly failure: FailureReason
  /** The last error of the latest of them; null: none is on record. */
  readonly error: { readonly name: string; readonly message: string; readonly code: string | null } | null
  readonly count: number
  readonly firstFailedAt: Date
  readonly lastFailedAt: Date
  /** The id of the latest, to look at. */
  readonly lastId: string
}

/** The failed jobs of a store, by what went wrong. */
export interface DeadLetters {
  /** The largest first. */
  readonly groups: readonly DeadLetterGroup[]
  /** How many jobs are in them. */
  readonly count: number
  /** There are more failed jobs than were looked at. */
  readonly more: boolean
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof DeadLetterOptions>([...FAILED_FILTER_NAMES, 'limit', 'signal'])

const LIMIT_MAX = 1_000_000
const LIMIT_DEFAULT = 10_000

/** Reads failed jobs and puts those together that failed of the same. */
export async function readDeadLetters(
  inspector: Pick<Inspector, 'list'>,
  options: DeadLetterOptions,
): Promise<DeadLetters> {
  checkOptionNames('deadLetters', options, OPTION_NAMES)
  const { limit = LIMIT_DEFAULT, queue, signal, task } = options
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX)) {
    throw new TypeError(`deadLetters: limit: expected a whole number from 1 to ${LIMIT_MAX}, got ${String(limit)}`)
  }
  const fits = failedFilter('deadLetters', options)
  const places = { ...(queue === undefined ? {} : { queue }), ...(task === undefined ? {} : { task }) }
  const groups = new Map<string, DeadLetterGroup>()
  const found = { count: 0, more: false }
  for await (const { jobs, more } of failedPages({ inspector, fits, ...places, signal }, limit)) {
    found.more = more
    found.count += jobs.length
    for (const job of jobs) addTo(groups, job)
  }
  const sorted = [...groups.values()].sort((one, other) => other.count - one.count)
  return { groups: sorted, count: found.count, more: found.more }
}

/** The latest of a group comes first, and is the one that it shows. */
function addTo(groups: Map<string, DeadLetterGroup>, job: JobRecord): void {
  const { failure, finishedAt, id, queue, task } = job
  const record = decodeError(job.error)
  const error = record === null ? null : { name: record.name, message: record.message, code: record.code ?? null }
  const kind = error === null ? null : [error.name, error.code, error.message.replace(/\d+/g, '0')]
  const key = JSON.stringify([queue, task, failure, kind])
  const known = groups.get(key)
  const at = toDate(finishedAt ?? 0)
  if (known === undefined) {
    const group = { queue, task, failure: failure ?? 'terminated', error, count: 1, lastId: id }
    groups.set(key, { ...group, firstFailedAt: at, lastFailedAt: at })
  } else groups.set(key, { ...known, count: known.count + 1, firstFailedAt: at })
}
