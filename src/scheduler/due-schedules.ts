import type { ScheduleRecord } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'
import type { Backend } from '../port/backend.js'
import type { ZonedTicks } from './due-ticks.js'
import type { ScheduleCache } from './schedule-cache.js'
import type { SchedulerEvent } from './scheduler-event.js'
import type { UnreadableSchedules } from './unreadable-schedules.js'

/**
 * Schedules of one round, and the most that a store gives at a time: the fewer commits, the sooner the last of thousands that are
 * due at one instant is fired.
 */
const SCHEDULES_MAX = 1_000

/** A schedule that is due, and its parsed expression. */
export interface DueSchedule {
  readonly record: ScheduleRecord
  readonly source: ZonedTicks
}

/** What is due, the most overdue first, and when the next look is worth it. */
export interface DueSchedules {
  readonly ready: readonly DueSchedule[]
  /** By the clock of the store; `now` when more may be due, null when no tick to come is known. */
  readonly nextTickAt: EpochMs | null
  readonly now: EpochMs
}

interface Parts {
  readonly backend: Pick<Backend, 'schedules'>
  readonly cache: ScheduleCache
  readonly unreadable: UnreadableSchedules
  readonly tell: (event: SchedulerEvent) => void
}

/**
 * Asks which schedules are due. Those that this version cannot read stay due, for a scheduler that can, and hold up neither
 * the others nor the loop: they are skipped until the next tick of another, or the next beat.
 */
export async function dueSchedules(parts: Parts, signal: AbortSignal | undefined): Promise<DueSchedules> {
  const { backend, unreadable } = parts
  const known = unreadable.size
  const { due, nextTickAt, now } = await backend.schedules.due({ limit: SCHEDULES_MAX, signal })
  const ready = readable(parts, due)
  if (ready.length > 0 || unreadable.size > known) return { ready, nextTickAt: now, now }
  if (due.length === SCHEDULES_MAX) return behindUnreadable(parts, now, signal)
  return { ready, nextTickAt: nextTickAt !== null && nextTickAt > now ? nextTickAt : null, now }
}

/** A whole page cannot be read, and `due` cannot go past it: goes through all schedules by name instead. */
async function behindUnreadable(parts: Parts, now: EpochMs, signal: AbortSignal | undefined): Promise<DueSchedules> {
  const { schedules } = parts.backend
  let ready: DueSchedule[] = []
  let nextTickAt: EpochMs | null = null
  let after: string | null = null
  do {
    const page: readonly ScheduleRecord[] = await schedules.list({ after, limit: SCHEDULES_MAX, signal })
    for (const record of page) {
      if (record.paused || record.dueAt === null) continue
      if (record.dueAt > now) nextTickAt = Math.min(nextTickAt ?? Infinity, record.dueAt)
      else ready.push(...readable(parts, [record]))
    }
    ready = ready.sort((a, b) => (a.record.dueAt ?? 0) - (b.record.dueAt ?? 0)).slice(0, SCHEDULES_MAX)
    after = page.length < SCHEDULES_MAX ? null : (page.at(-1)?.name ?? null)
  } while (after !== null)
  return { ready, nextTickAt: ready.length > 0 ? now : nextTickAt, now }
}

/** The schedules that this version can read, with their parsed expressions; of each other one is told once. */
function readable({ cache, tell, unreadable }: Parts, records: readonly ScheduleRecord[]): readonly DueSchedule[] {
  const found: DueSchedule[] = []
  for (const record of records) {
    if (unreadable.has(record)) continue
    try {
      const source = cache.get(record)
      unreadable.delete(record)
      found.push({ record, source })
    } catch (error) {
      if (unreadable.add(record)) tell({ type: 'unreadable', schedule: record.name, error })
    }
  }
  return found
}
