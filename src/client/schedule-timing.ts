import { jitterOffset } from '../model/due-at.js'
import type { ScheduleDefinition, ScheduleRecord } from '../model/schedule-record.js'
import { nextWithin } from '../model/tick-bounds.js'
import type { EpochMs } from '../model/units.js'
import { parseStored } from '../schedule/stored-schedule.js'

/**
 * The first tick from `now` on; what was fired or skipped already is never due again. A schedule that was there `before` still
 * owes a tick whose jitter has not passed; a new one owes nothing.
 */
export function firstTick(
  schedule: Pick<ScheduleRecord, 'name' | 'incarnation' | 'definition' | 'anchor'>,
  now: EpochMs,
  before: Pick<ScheduleRecord, 'createdAt' | 'firedThrough'> | null,
): EpochMs | null {
  const { anchor, definition } = schedule
  const source = parseStored(definition, anchor)
  if (before === null) return nextWithin(source, definition, now)
  const after = Math.max(now - jitterOffset(schedule), before.createdAt, before.firedThrough ?? 0)
  return nextWithin(source, definition, after)
}

/** Equal ticks, until something else decides. A schedule that ends or begins at other instants is due at others too. */
export function hasSameTiming(a: ScheduleDefinition, b: ScheduleDefinition): boolean {
  const keys = ['expression', 'timeZone', 'dialect', 'dst', 'startAt', 'endAt', 'maxRuns'] as const
  return keys.every((key) => a[key] === b[key])
}
