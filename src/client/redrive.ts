import type { Clock } from '../model/clock.js'
import { checkName } from '../model/names.js'
import { checkOptionNames } from '../model/option-names.js'
import type { Backend } from '../port/backend.js'
import type { RetryOutcome } from '../port/job-store.js'
import { FAILED_FILTER_NAMES, failedFilter, type FailedFilter } from './failed-filter.js'
import { FailedJobs } from './failed-jobs.js'

/** Which failed jobs are run again, and how fast. */
export interface RedriveOptions extends FailedFilter {
  /** Jobs that go back to waiting in a second at most; may have a fraction. @defaultValue as fast as the store takes them */
  readonly rate?: number | undefined
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
  'rate',
  'signal',
])

/** Jobs in one write: small enough that workers hardly wait behind it. */
const BATCH_MAX = 500

/** With a rate, writes in a second at most: a queue is fed evenly, and a store has time between two of them. */
const WRITES_PER_SECOND = 10

const RATE_MAX = 1_000_000

/**
 * Makes failed jobs wait again, with all their tries, in the order in which they failed. Each is moved once or not at all, whatever
 * workers and others do meanwhile; those that have been moved are not failed any more, so that one that was stopped is simply run again.
 * What fails after it began is left alone, so that a job that fails at once does not go in circles.
 */
export async function redriveFailed<Tx>(
  { inspector, jobs }: Pick<Backend<Tx>, 'inspector' | 'jobs'>,
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  options: RedriveOptions,
): Promise<RedriveReport> {
  const { batch, pauseMs } = readOptions(options)
  const { dryRun = false, onProgress, queue, signal, task } = options
  const fits = failedFilter('redrive', options)
  const places = { ...(queue === undefined ? {} : { queue }), ...(task === undefined ? {} : { task }) }
  const failed = await FailedJobs.find({ inspector, fits, ...places, signal })
  const counted = { found: failed.count, redriven: 0, held: 0, gone: 0 }
  if (dryRun) return counted
  let stayed = new Set<string>()
  let readyAt = clock.monotonic()
  for await (const page of failed.pages()) {
    const all = page.map(({ id }) => id)
    const ids = all.filter((id) => !stayed.has(id))
    stayed = new Set(all.filter((id) => stayed.has(id)))
    for (let start = 0; start < ids.length; start += batch) {
      const wait = readyAt - clock.monotonic()
      if (wait > 0) await clock.sleep(Math.ceil(wait), signal)
      signal?.throwIfAborted()
      // Counted from here and never made up for: after a store was slow, no second has more than its share.
      readyAt = clock.monotonic() + pauseMs
      const some = ids.slice(start, start + batch)
      const outcomes = await jobs.retry({ ids: some, signal })
      outcomes.forEach((outcome, at) => {
        counted[KINDS[outcome]]++
        if (outcome === 'duplicate') stayed.add(some[at] ?? '')
      })
      onProgress?.({ ...counted })
    }
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

/** How many jobs go in one write, and how long the next one waits from the beginning of the last. */
function readOptions({ rate, ...options }: RedriveOptions): { readonly batch: number; readonly pauseMs: number } {
  checkOptionNames('redrive', options, OPTION_NAMES)
  if (options.queue !== undefined) checkName('queue', options.queue)
  if (options.task !== undefined) checkName('task', options.task)
  if (rate === undefined) return { batch: BATCH_MAX, pauseMs: 0 }
  if (!(typeof rate === 'number' && rate > 0 && rate <= RATE_MAX)) {
    throw new TypeError(`redrive: rate: expected jobs per second, above 0 to ${RATE_MAX}, got ${String(rate)}`)
  }
  const batch = Math.min(BATCH_MAX, Math.max(1, Math.floor(rate / WRITES_PER_SECOND)))
  return { batch, pauseMs: (batch * 1000) / rate }
}
