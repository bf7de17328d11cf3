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

export function newCommit(state: MemoryState, now: EpochMs): Commit {
  return { state, now, queues: new Set(), hints: new Set() }
}

/** What the commit has to tell the listeners. */
export function hintsOf(commit: Commit): readonly Wakeup[] {
  const hints: Wakeup[] = []
  if (commit.queues.size > 0) hints.push({ kind: 'jobs', queues: [...commit.queues] })
  for (const kind of commit.hints) hints.push({ kind })
  return hints
}
