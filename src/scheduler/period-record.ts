import { createHash } from 'node:crypto'
import { KEY_LENGTH_MAX } from '../model/names.js'
import type { ScheduleDefinition, ScheduleRecord } from '../model/schedule-record.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { Fire, SchedulePut } from '../port/schedule-store.js'
import type { PeriodSource } from './period-source.js'

/*
 * What `withSchedule` remembers is a schedule on record that is never due: its next tick is null, so that no scheduler fires it,
 * and its name begins with `~`, so that no list shows it. `firedThrough` is the last period that was done, and `fire`, without
 * jobs, is the compare and the set that lets each be done once.
 */

/** In front of the names of records and locks, which no name of a user can begin with. */
const PREFIX = '~routine/'
const PREFIX_OF_LONG = '~routine#/'

/** The name of the record, and of the lock, of a routine. Names that leave no room are shortened with a hash. */
export function recordNameOf(name: string): string {
  if (PREFIX.length + name.length <= KEY_LENGTH_MAX) return PREFIX + name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32)
  return `${PREFIX_OF_LONG}${name.slice(0, 60).toWellFormed()}~${hash}`
}

/** The record as it is put when a routine begins. */
export function recordPut(name: string, source: PeriodSource, incarnation: string, now: EpochMs): SchedulePut {
  const { expression, timeZone } = source
  const definition: ScheduleDefinition = {
    ...{ expression, timeZone, dialect: 'auto', dst: null, task: '~routine', queue: '~routine', payload: null },
    ...{ priority: 3, deadlineMs: null, maxTries: null, startAt: null, endAt: null, maxRuns: null },
    ...{ missed: 'latest', overlap: 'skip', jitterMs: 0, pauseOnFailure: false, owner: '~routine' },
  }
  return { name: recordNameOf(name), definition, incarnation, anchor: now, nextTickAt: null, paused: false }
}

/**
 * The period that is to be done next; null when there is none any more. The first of elapsed time begins with the record, of a time
 * on the wall clock at that time. Of periods that were missed only the last is made up for.
 */
export function nextPeriod(
  { anchor, firedThrough }: Pick<ScheduleRecord, 'anchor' | 'firedThrough'>,
  source: PeriodSource,
  now: EpochMs,
): EpochMs | null {
  const ticks = source.ticks(anchor)
  const isFirst = firedThrough === null && source.startsAtOnce
  const first = isFirst ? anchor : ticks.next(Math.max(firedThrough ?? anchor, anchor))
  if (first === null || first > now) return first
  return Math.max(first, ticks.previous(now + 1) ?? first)
}

/** That a period was done. */
export function periodDone({ name, incarnation, version }: ScheduleRecord, period: EpochMs, lateMs: DurationMs): Fire {
  const at = period + lateMs
  const ticks = [{ tick: period, at, outcome: 'fired', reason: null, lateMs, jobId: null, count: 1 } as const]
  return { name, incarnation, version, tick: period, nextTickAt: null, jobs: [], ticks }
}
