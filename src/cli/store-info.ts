import type { JobState } from '../model/job-state.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { Backend } from '../port/backend.js'
import type { NodeRecord } from '../port/control-store.js'
import type { LockRecord } from '../port/lock-store.js'
import { ELECTION } from '../scheduler/election.js'
import { sumByState } from './queue-figures.js'

/** A store as `rota info` shows it. */
export interface StoreInfo {
  readonly url: string
  readonly backend: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly counts: Readonly<Record<JobState, number>>
  readonly queues: number
  readonly pausedQueues: readonly string[]
  readonly schedules: { readonly count: number; readonly more: boolean }
  readonly nodes: readonly (NodeRecord & { readonly seenAt: EpochMs })[]
  /** Several processes can see it. */
  readonly isShared: boolean
  readonly elections: readonly LockRecord[]
  /** The other locks that are held. */
  readonly locks: readonly LockRecord[]
  /** The job that could start and has been waiting longest; null when none does. */
  readonly oldest: { readonly queue: string; readonly lagMs: DurationMs } | null
}

/** Schedules are counted up to here: a number for people is not worth more pages. */
const SCHEDULES_MAX = 1_000

/** Reads all of it at one go; nothing is counted row by row. */
export async function readStoreInfo(
  backend: Backend,
  url: string,
  now: EpochMs,
  signal: AbortSignal,
): Promise<StoreInfo> {
  const [facts, counts, lags, queues, nodes, locks, schedules] = await Promise.all([
    backend.inspector.describe({ signal }),
    backend.inspector.counts({ signal }),
    backend.inspector.lag({ signal }),
    backend.control.listQueues({ signal }),
    backend.control.listNodes({ signal }),
    backend.locks.list({ signal }),
    backend.schedules.list({ after: null, limit: SCHEDULES_MAX, signal }),
  ])
  const [oldest] = lags.toSorted((one, other) => one.dueAt - other.dueAt)
  return {
    url,
    backend: backend.name,
    facts,
    counts: sumByState(counts, 'count'),
    queues: queues.length,
    pausedQueues: queues.filter(({ paused }) => paused).map(({ name }) => name),
    schedules: { count: schedules.length, more: schedules.length === SCHEDULES_MAX },
    nodes,
    isShared: backend.capabilities.shared,
    elections: locks.filter(({ name }) => name === ELECTION),
    locks: locks.filter(({ name }) => name !== ELECTION),
    oldest: oldest === undefined ? null : { queue: oldest.queue, lagMs: Math.max(0, now - oldest.dueAt) },
  }
}
