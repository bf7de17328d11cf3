import type { Clock } from '../model/clock.js'
import { checkName } from '../model/names.js'
import { checkOptionNames } from '../model/option-names.js'
import type { Backend } from '../port/backend.js'
import type { RetryOutcome } from '../port/job-store.js'
import { FAILED_FILTER_NAMES, failedFilter, type FailedFilter } from './failed-filter.js'
import { FailedJobs } from './failed-jobs.js'
import { PacedRetry } from './paced-retry.js'
import { parkedPages } from './parked-jobs.js'

/** Which jobs are run again, and how fast. */
export interface RedriveOptions extends FailedFilter {
  /** Jobs that go back to waiting in a second at most; may have a fraction. @defaultValue as fast as the store takes them */
  readonly rate?: number | undefined
  /**
   * Jobs that are parked, in place of failed ones: their payload was written under a contract that no worker could read so far. They are
   * looked at again by themselves, at the latest after 10 minutes; this has it done now. Filters by queue and task alone. @defaultValue false
   */
  readonly parked?: boolean | undefined
  /** Counts, and changes nothing. @defaultValue false */
  readonly dryRun?: boolean | undefined
  /** Hears how far it is after each write. */
  readonly onProgress?: ((progress: RedriveReport) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** How far a redrive is, or how it ended. */
export interface RedriveReport {
  /** Jobs that fitted when it began. */
  readonly found: number
  /** Of those, the ones that wait again. */
  readonly redriven: number
  /** Those that stay failed, because another live job holds their unique key. */
  readonly held: number
  /** Those that somebody else has run again or removed meanwhile. */
  readonly gone: number
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof RedriveOptions>([
  ...FAILED_FILTER_NAMES,
  'dryRun',
  'onProgress',
  'parked',
  'rate',
  'signal',
])

/**
 * Makes failed jobs wait again, with all their tries, in the order in which they failed. Each is moved once or not at all, whatever
 * workers and others do meanwhile; those that have been moved are not failed any more, so that one that was stopped is simply run again.
 * What fails after it began is left alone, so that a job that fails at once does not go in circles.
 */
export async function redriveFailed<Tx>(
  { inspector, jobs }: Pick<Backend<Tx>, 'inspector' | 'jobs'>,
  clock: Pick<Clock, 'monotonic' | 'now' | 'sleep'>,
  options: RedriveOptions,
): Promise<RedriveReport> {
  checkOptions(options)
  const { dryRun = false, onProgress, parked = false, queue, rate, signal, task } = options
  const paced = new PacedRetry({ jobs, clock, rate, signal })
  const places = { ...(queue === undefined ? {} : { queue }), ...(task === undefined ? {} : { task }), signal }
  const failed = parked ? null : await FailedJobs.find({ inspector, fits: failedFilter('redrive', options), ...places })
  const counted = { found: failed?.count ?? 0, redriven: 0, held: 0, gone: 0 }
  if (failed !== null && dryRun) return counted
  let stayed = new Set<string>()
  for await (const all of failed?.pages() ?? parkedPages(inspector, places, clock.now())) {
    const ids = all.filter((id) => !stayed.has(id))
    stayed = new Set(all.filter((id) => stayed.has(id)))
    if (failed === null) counted.found += ids.length
    if (dryRun) continue
    await paced.retry(ids, (outcomes) => {
      for (const [id, outcome] of outcomes) {
        counted[KINDS[outcome]]++
        if (outcome === 'duplicate') stayed.add(id)
      }
      onProgress?.({ ...counted })
    })
  }
  return counted
}

const KINDS: Readonly<Record<RetryOutcome, 'redriven' | 'held' | 'gone'>> = {
  retried: 'redriven',
  duplicate: 'held',
  pending: 'gone',
  running: 'gone',
  unknown: 'gone',
}

function checkOptions(options: RedriveOptions): void {
  checkOptionNames('redrive', options, OPTION_NAMES)
  const { code, error, failedFrom, failedUntil, failure, parked, queue, task } = options
  if (queue !== undefined) checkName('queue', queue)
  if (task !== undefined) checkName('task', task)
  if (parked !== true) return
  const others = Object.entries({ code, error, failedFrom, failedUntil, failure }).filter(
    ([, value]) => value !== undefined,
  )
  const [first] = others
  if (first !== undefined)
    throw new TypeError(`redrive: parked: expected queue and task alone beside it, got ${first[0]}`)
}
