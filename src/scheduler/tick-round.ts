import type { EpochMs } from '../model/units.js'
import type { Backend } from '../port/backend.js'
import type { Fire } from '../port/schedule-store.js'
import { dueSchedules } from './due-schedules.js'
import { fireAll } from './fire-all.js'
import { decideFire } from './fire-decision.js'
import { NO_RUNS, runFacts } from './run-facts.js'
import type { ScheduleCache } from './schedule-cache.js'
import type { SchedulerEvent } from './scheduler-event.js'
import type { UnreadableSchedules } from './unreadable-schedules.js'
import type { UpcomingSchedules } from './upcoming-schedules.js'

/**
 * Ticks that one round looks at: some 50 ms of work (docs/performance.md, `next()`). Only schedules that were left alone for
 * long owe so many, and they come last, so that they do not hold up those that owe one.
 */
const TICKS_MAX = 20_000

/** What one round did, and when the next is worth it. */
export interface RoundOutcome {
  /** Jobs that were made. */
  readonly jobs: number
  /** When the next tick is due, by the clock of the store; null when none is known. */
  readonly nextTickAt: EpochMs | null
  /** What the clock of the store says. */
  readonly now: EpochMs
}

/** What a round works with. */
export interface RoundParts {
  readonly backend: Pick<Backend, 'schedules' | 'inspector' | 'limits' | 'classify'>
  readonly cache: ScheduleCache
  readonly unreadable: UnreadableSchedules
  readonly upcoming: UpcomingSchedules
  readonly tell: (event: SchedulerEvent) => void
}

/** Looks which schedules are due and fires them. Safe from any number of nodes at a time: the store lets each tick happen once. */
export async function runRound(parts: RoundParts, signal: AbortSignal | undefined): Promise<RoundOutcome> {
  const { backend, tell, upcoming } = parts
  const { ready, nextTickAt, now } = await dueSchedules(parts, signal)
  const records = ready.map(({ record }) => record)
  const facts = await runFacts(backend, records, signal)
  const fires: Fire[] = []
  let ticks = 0
  for (const { record, source } of ready.toReversed()) {
    if (ticks >= TICKS_MAX) break
    const fire = decideFire(record, source, now, facts.get(record.name) ?? NO_RUNS)
    if (fire === null) continue
    fires.push(fire)
    ticks += fire.ticks.reduce((sum, { count }) => sum + count, 0)
  }
  for (const { dueAt } of records) if (dueAt !== null) upcoming.delete(dueAt)
  upcoming.addFires(fires)
  const { jobs, moved, refusal } = await fireAll(backend, fires, tell, signal)
  // With nothing else to do, a schedule that the store refuses is tried again at the pace of errors.
  if (refusal !== null && moved === 0) throw refusal.error
  // What was just moved may be due again: then `nextTickAt` is now.
  return { jobs, nextTickAt, now }
}
