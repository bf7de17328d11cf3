import type { EpochMs } from '../../model/units.js'
import type { Wakeup } from '../../port/wakeups.js'
import type { MemoryState } from './state.js'

/** One call at work on the store: the instant that it takes for now, and the hints to give when it is done. */
export interface Commit {
  readonly state: MemoryState
  readonly now: EpochMs
  /** Queues in which something may have become claimable. */
  readonly queues: Set<string>
  readonly hints: Set<'schedules' | 'cancel' | 'settings' | 'events'>
}

/** Begins a call; it ends when it returns, because nothing in it awaits. */
export function newCommit(state: MemoryState, now: EpochMs): Commit {
  followClock(state, now)
  return { state, now, queues: new Set(), hints: new Set() }
}

/** What the commit has to tell the listeners. */
export function hintsOf(commit: Commit): readonly Wakeup[] {
  const hints: Wakeup[] = []
  if (commit.queues.size > 0) hints.push({ kind: 'jobs', queues: [...commit.queues] })
  for (const kind of commit.hints) hints.push({ kind })
  return hints
}

/**
 * Leases and locks move with a clock that is set back, so that none lives longer than was promised. What waits for an instant
 * of the wall clock stays. All leases move by the same length, so their order stays too.
 */
function followClock(state: MemoryState, now: EpochMs): void {
  const back = state.clockAt - now
  state.clockAt = now
  if (back <= 0) return
  for (const { running } of state.queues.values()) {
    for (const job of running.after()) job.visibleAt = (job.visibleAt ?? 0) - back
  }
  for (const lock of state.locks.values()) lock.until -= back
}
