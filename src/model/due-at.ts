import type { ScheduleRecord } from './schedule-record.js'
import type { DurationMs, EpochMs } from './units.js'

/**
 * How often a schedule that pauses on failure is looked at while its jobs are unfinished: far below the 14 days that failed jobs
 * are kept, so that a schedule of months hears of them.
 */
export const LOOK_MS: DurationMs = 3_600_000

type Jittered = Pick<ScheduleRecord, 'name' | 'incarnation'> & {
  readonly definition: Pick<ScheduleRecord['definition'], 'jitterMs'>
}

type Looked = Jittered &
  Pick<ScheduleRecord, 'unfinished'> & { readonly definition: Pick<ScheduleRecord['definition'], 'pauseOnFailure'> }

/**
 * How much later than its ticks a schedule fires: from 0 to less than its jitter, the same for all ticks of one series,
 * wherever it is asked, so that ticks keep their order and their distance.
 */
export function jitterOffset({ name, incarnation, definition: { jitterMs } }: Jittered): DurationMs {
  return jitterMs === 0 ? 0 : Math.floor((hash(`${name}@${incarnation}`) / 2 ** 32) * jitterMs)
}

/** When a scheduler has to look at a schedule whose next tick is `nextTickAt`; null when there is none. */
export function dueAtOf(schedule: Looked, nextTickAt: EpochMs | null, now: EpochMs): EpochMs | null {
  if (nextTickAt === null) return null
  const firesAt = nextTickAt + jitterOffset(schedule)
  const isWatched = schedule.definition.pauseOnFailure && (schedule.unfinished?.length ?? 0) > 0
  return isWatched ? Math.min(firesAt, now + LOOK_MS) : firesAt
}

/** FNV-1a (RFC 9923) of 32 bits over code units, then the finalizer of MurmurHash3, without which names that differ in a digit stay close. */
function hash(text: string): number {
  let bits = 0x811c9dc5
  for (let at = 0; at < text.length; at++) bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
