import type { JobRecord } from '../model/job.js'
import type { EpochMs } from '../model/units.js'
import type { Inspector, ListParams } from '../port/inspector.js'
import type { FitsFailed } from './failed-filter.js'

/** Jobs that are read at a time: a store stays responsive, and an abort is heard. */
const PAGE = 500

/** What to look for, and where. */
export interface FailedQuery extends Pick<ListParams, 'queue' | 'task' | 'signal'> {
  readonly inspector: Pick<Inspector, 'list'>
  readonly fits: FitsFailed
}

/** A part of the list of failed jobs in which some fit. */
interface Stretch {
  /** The cursor that it begins behind. */
  readonly after: string | null
  readonly newestAt: EpochMs
  readonly oldestAt: EpochMs
  /** How many fitted when it was read. */
  readonly fitting: number
}

/** The latest `limit` failed jobs page after page, of each page those that fit; `more`: there are others that were not looked at. */
export async function* failedPages(
  { fits, inspector, ...filter }: FailedQuery,
  limit: number,
): AsyncGenerator<{ readonly jobs: readonly JobRecord[]; readonly more: boolean }> {
  let left = limit
  let after: string | null = null
  do {
    filter.signal?.throwIfAborted()
    const page: Page = await inspector.list({ ...filter, state: 'failed', limit: Math.min(PAGE, left), after })
    left -= page.jobs.length
    after = page.next
    yield { jobs: page.jobs.filter(fits), more: after !== null }
  } while (after !== null && left > 0)
}

/**
 * The failed jobs of this moment that fit, the first that failed first, although stores list the latest first: the list is gone through
 * once to learn where its pages begin, which takes a cursor for each, and then page by page from its end. What fails meanwhile is no
 * part of it, and jobs may be taken out of it meanwhile.
 */
export class FailedJobs {
  readonly #query: FailedQuery
  readonly #stretches: readonly Stretch[]

  private constructor(query: FailedQuery, stretches: readonly Stretch[]) {
    this.#query = query
    this.#stretches = stretches
  }

  /** Goes through the list for the first time. */
  static async find(query: FailedQuery): Promise<FailedJobs> {
    const { fits, inspector, ...filter } = query
    const stretches: Stretch[] = []
    let after: string | null = null
    do {
      filter.signal?.throwIfAborted()
      const page: Page = await inspector.list({ ...filter, state: 'failed', limit: PAGE, after })
      const found = page.jobs.filter(fits)
      const [newest, oldest] = [found[0], found.at(-1)]
      if (newest !== undefined && oldest !== undefined) {
        const ends = { newestAt: newest.finishedAt ?? 0, oldestAt: oldest.finishedAt ?? 0 }
        stretches.push({ after, ...ends, fitting: found.length })
      }
      after = page.next
    } while (after !== null)
    return new FailedJobs(query, stretches)
  }

  /** How many there were. */
  get count(): number {
    return this.#stretches.reduce((sum, { fitting }) => sum + fitting, 0)
  }

  /** Their ids, a page at a time. One that was yielded and has stayed where it was may come once more, on the next page. */
  async *pages(): AsyncGenerator<readonly string[]> {
    for (const stretch of this.#stretches.toReversed()) {
      yield (await this.#read(stretch)).toReversed().map(({ id }) => id)
    }
  }

  async #read({ after: start, newestAt, oldestAt }: Stretch): Promise<JobRecord[]> {
    const { fits, inspector, ...filter } = this.#query
    const found: JobRecord[] = []
    let after = start
    for (;;) {
      filter.signal?.throwIfAborted()
      const page: Page = await inspector.list({ ...filter, state: 'failed', limit: PAGE, after })
      for (const job of page.jobs) {
        const at = job.finishedAt ?? 0
        if (at >= oldestAt && at <= newestAt && fits(job)) found.push(job)
      }
      after = page.next
      // What has failed since stands before it, so that it may reach beyond this page.
      if (after === null || (page.jobs.at(-1)?.finishedAt ?? oldestAt) < oldestAt) return found
    }
  }
}

type Page = Awaited<ReturnType<Inspector['list']>>
