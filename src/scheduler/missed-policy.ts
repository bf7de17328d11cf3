import type { MissedPolicy } from '../model/schedule-record.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { DueTicks } from './due-ticks.js'

/**
 * A tick that is this late was still fired in time. It is as long as a change of schedulers may take (docs/performance.md),
 * so that `skip` does not drop a tick because a process was replaced.
 */
export const IN_TIME_MS: DurationMs = 10_000

/** Which of the ticks that came due are wanted. */
export interface Selection {
  /** The ticks that are decided now: all up to here. The others stay due. */
  readonly decided: readonly EpochMs[]
  /** Those of them that get a job, in their order. */
  readonly wanted: readonly EpochMs[]
}

/** Chooses among the ticks that came due, by what the schedule says about those that were missed. */
export function selectTicks(due: DueTicks, policy: MissedPolicy, now: EpochMs): Selection {
  const { ticks, areMore } = due
  const last = ticks.slice(-1)
  if (policy === 'latest') return { decided: ticks, wanted: areMore ? [] : last }
  if (policy === 'skip')
    return { decided: ticks, wanted: areMore ? [] : last.filter((tick) => now - tick <= IN_TIME_MS) }
  const { max, withinMs } = policy.all
  // While more are due behind them nobody can say which are the last `max`: those that may be are left for the next decision.
  if (areMore) return { decided: ticks.slice(0, Math.max(1, ticks.length - max)), wanted: [] }
  return { decided: ticks, wanted: ticks.slice(-max).filter((tick) => now - tick <= withinMs) }
}
