import type { OverlapPolicy, ScheduleRecord } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'
import type { Fire } from '../port/schedule-store.js'
import type { RunFacts } from './run-facts.js'

/** Which of the ticks that are wanted, in their order, get a job while others of the schedule are unfinished: the latest of them. */
export function withoutOverlap(
  wanted: readonly EpochMs[],
  policy: OverlapPolicy,
  { unfinished }: RunFacts,
): readonly EpochMs[] {
  if (policy === 'allow') return wanted
  if (policy === 'cancel-running') return wanted.slice(-1)
  // One runs; with `queue-one` another waits for it.
  const room = (policy === 'skip' ? 1 : 2) - unfinished.length
  return room > 0 ? wanted.slice(-room) : []
}

/** The jobs that those of a firing replace. */
export function replaced(
  { definition }: ScheduleRecord,
  { unfinished }: RunFacts,
  ticks: readonly EpochMs[],
): Fire['cancel'] {
  const [tick] = ticks
  if (definition.overlap !== 'cancel-running' || tick === undefined || unfinished.length === 0) return undefined
  return { ids: unfinished, reason: `the tick of ${new Date(tick).toISOString()} took its place` }
}
