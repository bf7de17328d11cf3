import type { EpochMs } from '../model/units.js'
import type { Schedule as DatedSchedule } from '../schedule/dated-schedule.js'
import { IntervalSchedule } from '../schedule/interval-schedule.js'
import { parseSchedule } from '../schedule/parse-schedule.js'
import type { ScheduleObject } from '../schedule/schedule-object.js'

/** When a routine is due: an expression, what `interval`, `daily` or `monthly` return, or what `parseSchedule` of `rota/schedule` returns. */
export type PeriodSchedule = string | ScheduleObject | DatedSchedule

/** Ticks in both directions. */
export interface Ticks {
  next(after: EpochMs): EpochMs | null
  previous(before: EpochMs): EpochMs | null
}

/** A schedule of this process, read. */
export interface PeriodSource {
  readonly expression: string
  readonly timeZone: string
  /** It counts elapsed time: its first period begins with the routine. */
  readonly startsAtOnce: boolean
  /** Its ticks, when elapsed time is counted from `anchor`. */
  ticks(anchor: EpochMs): Ticks
}

/** EventBridge follows UTC, wherever it runs. */
const EVENTBRIDGE_FORM = /^\s*(?:cron|rate|at)\(/

/** Reads a schedule; its zone is that of the process unless it says another. Throws `SCHEDULE_INVALID` as `parseSchedule` does. */
export function readPeriods(schedule: PeriodSchedule): PeriodSource {
  if (isRead(schedule)) return given(schedule)
  const isEventBridge = typeof schedule === 'string' && EVENTBRIDGE_FORM.test(schedule)
  const options = isEventBridge ? {} : { timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone }
  const { expression, timeZone, ...read } = describe(parseSchedule(schedule, options))
  return { expression, timeZone, ...read, ticks: (anchor) => parseSchedule(schedule, { ...options, anchor }) }
}

function isRead(schedule: PeriodSchedule): schedule is DatedSchedule {
  return typeof schedule === 'object' && (schedule as unknown) !== null && 'previous' in schedule
}

function describe(schedule: Ticks & { expression: string; timeZone: string }): Omit<PeriodSource, 'ticks'> {
  const { expression, timeZone } = schedule
  return { expression, timeZone, startsAtOnce: schedule instanceof IntervalSchedule }
}

/** It was read with an anchor and rules of its own, so all that is left to ask are its ticks. */
function given(schedule: DatedSchedule): PeriodSource {
  const { expression, timeZone } = schedule
  const ticks: Ticks = {
    next: (after) => schedule.next(after)?.getTime() ?? null,
    previous: (before) => schedule.previous(before)?.getTime() ?? null,
  }
  return { expression, timeZone, startsAtOnce: false, ticks: () => ticks }
}
