import { isFinished } from '../model/job-state.js'
import type { ScheduleDefinition, ScheduleRecord } from '../model/schedule-record.js'
import type { Backend } from '../port/backend.js'

/** Jobs that are looked at with one call. */
const JOBS_MAX = 1_000

/** Records of the history that are searched for jobs of a schedule of which nobody asked before: all that a store keeps. */
const HISTORY_MAX = 1_000

/** How the jobs of one schedule stand. */
export interface RunFacts {
  /** Ids of those that have not ended, the oldest first. */
  readonly unfinished: readonly string[]
  /** The id of one that has failed since the schedule moved last; null when none has. */
  readonly failed: string | null
}

/** What is so for a schedule that has no jobs yet. */
export const NO_RUNS: RunFacts = Object.freeze({ unfinished: Object.freeze([]), failed: null })

type Reader = Pick<Backend, 'inspector' | 'schedules'>

/** True when it matters to a schedule how its jobs stand. */
export function asksForRuns({ overlap, pauseOnFailure }: ScheduleDefinition): boolean {
  return overlap !== 'allow' || pauseOnFailure
}

/**
 * How the jobs stand of those schedules that ask, by name. Read after the records: should a schedule have moved since, then its
 * version has changed and whatever is decided here is superseded.
 */
export async function runFacts(
  backend: Reader,
  records: readonly ScheduleRecord[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, RunFacts>> {
  const asked: { readonly name: string; readonly ids: readonly string[]; readonly isKnown: boolean }[] = []
  for (const record of records) {
    if (!asksForRuns(record.definition)) continue
    const ids = record.unfinished ?? (await jobsInHistory(backend, record, signal))
    asked.push({ name: record.name, ids, isKnown: record.unfinished !== null })
  }
  const states = await statesOf(
    backend,
    asked.flatMap(({ ids }) => ids),
    signal,
  )
  return new Map(
    asked.map(({ name, ids, isKnown }) => {
      const unfinished = ids.filter((id) => states.get(id) === 'unfinished')
      // What failed before anybody asked is no reason to pause.
      const failed = isKnown ? ids.find((id) => states.get(id) === 'failed') : undefined
      return [name, { unfinished, failed: failed ?? null }]
    }),
  )
}

/** The jobs of a schedule that did not keep them, because it let them overlap and fail until it was edited. */
async function jobsInHistory(
  { schedules }: Reader,
  { name, fired, manual }: ScheduleRecord,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  if (fired + manual === 0) return []
  const records = await schedules.history({ name, before: null, limit: HISTORY_MAX, signal })
  return records.flatMap(({ jobId }) => jobId ?? []).reverse()
}

/** A job whose record is gone has ended, nobody knows how. */
async function statesOf(
  { inspector }: Reader,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, 'unfinished' | 'failed'>> {
  const states = new Map<string, 'unfinished' | 'failed'>()
  for (let at = 0; at < ids.length; at += JOBS_MAX) {
    for (const job of await inspector.get({ ids: ids.slice(at, at + JOBS_MAX), signal })) {
      if (job?.state === 'failed') states.set(job.id, 'failed')
      else if (job !== null && !isFinished(job.state)) states.set(job.id, 'unfinished')
    }
  }
  return states
}
