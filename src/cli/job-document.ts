import type { EncodedValue, JobRecord } from '../model/job.js'
import { shownState } from '../model/job-state.js'
import type { EpochMs } from '../model/units.js'
import { lostResult } from './job-result.js'
import { parseOrText } from './parse-or-text.js'
import { isoInstant } from './render/instant.js'

/**
 * A job as `--json` prints it. The keys are stable; instants are ISO 8601 in UTC; values are the JSON that the store keeps,
 * null where there is none. `state` is the one on record, `shownState` tells `scheduled` and `retrying` apart too.
 */
export function jobDocument(job: JobRecord, now: EpochMs): Record<string, unknown> {
  const resultLost = lostResult(job.result)
  return {
    id: job.id,
    task: job.task,
    queue: job.queue,
    priority: job.priority,
    state: job.state,
    shownState: shownState(job, now),
    failure: job.failure,
    cancelReason: job.cancelReason,
    cancelRequested: job.cancelRequested,
    payload: plainValue(job.payload),
    headers: job.headers === null ? null : parseOrText(job.headers),
    uniqueKey: job.uniqueKey,
    tries: job.tries,
    maxTries: job.maxTries,
    iterations: job.iterations,
    workerId: job.workerId,
    enqueuedAt: isoInstant(job.enqueuedAt),
    visibleAt: isoInstant(job.visibleAt),
    finishedAt: isoInstant(job.finishedAt),
    deadline: isoInstant(job.deadline),
    tick: job.tick === null ? null : { ...job.tick, tick: isoInstant(job.tick.tick) },
    result: resultLost === null ? plainValue(job.result) : null,
    resultLost,
    error: job.error === null ? null : parseOrText(job.error),
  }
}

/** The JSON of a stored value; what JSON lacks is shown as the store keeps it. */
export function plainValue(value: EncodedValue | null): unknown {
  return value === null ? null : parseOrText(value.json)
}
