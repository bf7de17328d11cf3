import { stampOf } from '../codec/stamp.js'
import type { JobRecord } from '../model/job.js'
import { PARKED_STEP } from '../model/steps.js'
import type { EpochMs } from '../model/units.js'
import type { Inspector, ListParams } from '../port/inspector.js'

/** Jobs that are looked at in one call. */
const PAGE = 500

/**
 * The ids of jobs that wait because no worker so far could read their payload, page after page, in the order in which they will be looked
 * at again. Those that are due at `now` are left out: a worker is about to look at them.
 */
export async function* parkedPages(
  inspector: Pick<Inspector, 'details' | 'list'>,
  filter: Pick<ListParams, 'queue' | 'task' | 'signal'>,
  now: EpochMs,
): AsyncGenerator<readonly string[]> {
  let after: string | null = null
  do {
    filter.signal?.throwIfAborted()
    const page: Awaited<ReturnType<Inspector['list']>> = await inspector.list({
      ...filter,
      state: 'pending',
      limit: PAGE,
      after,
    })
    const ids = page.jobs.filter((job) => mayBeParked(job, now)).map(({ id }) => id)
    if (ids.length > 0) {
      const details = await inspector.details({ ids, signal: filter.signal })
      yield ids.filter((_id, at) => details[at]?.steps.some(({ key }) => key === PARKED_STEP) === true)
    }
    after = page.next
  } while (after !== null)
}

/** It was lent and given back without a try, and has a contract: most waiting jobs are told apart without a look at what they reported. */
function mayBeParked({ fence, payload, tries, visibleAt }: JobRecord, now: EpochMs): boolean {
  return fence > 0 && tries === 0 && (visibleAt ?? 0) > now && stampOf(payload) !== null
}
