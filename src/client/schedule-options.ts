import type { EncodedValue } from '../model/job.js'
import type { JobOptions } from '../model/job-options.js'
import { checkName } from '../model/names.js'
import { checkOptionNames } from '../model/option-names.js'
import type { DurationInput } from '../model/policy.js'
import type { MissedPolicy, ScheduleDefinition } from '../model/schedule-record.js'
import type { AnyTask } from '../model/task-definition.js'
import { checkMaxTries, checkPriority } from '../model/task-options.js'
import type { EpochMs } from '../model/units.js'
import { parseDuration } from '../time/duration.js'
import { toInstant } from './instant.js'
import type { TaskDefaults } from './task-defaults.js'

/** Ticks that `missed: { all }` may make up for at a time. */
const MISSED_MAX = 1_000

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof ScheduleOptions>([
  'deadline',
  'endAt',
  'ifExists',
  'maxRuns',
  'maxTries',
  'missed',
  'overlap',
  'paused',
  'priority',
  'queue',
  'signal',
  'startAt',
  'timeZone',
])

/** What becomes of ticks that came due while no scheduler ran; see `ScheduleOptions.missed`. */
export type MissedInput = 'latest' | 'skip' | { readonly all: { readonly max: number; readonly within: DurationInput } }

/** What may be said about a schedule; what is left out comes from its task. */
export interface ScheduleOptions extends Pick<JobOptions, 'priority' | 'queue' | 'maxTries'> {
  /** IANA name such as `'Europe/Amsterdam'`; kept with the schedule, so that two hosts never disagree. @defaultValue `'UTC'` */
  readonly timeZone?: string
  /**
   * What becomes of ticks that came due while no scheduler ran: one late run for all of them, none, or a run for each of the
   * last `max` (1 to 1,000) that are not older than `within`. @defaultValue `'latest'`
   */
  readonly missed?: MissedInput
  /** `skip`: no run while the run before is unfinished. @defaultValue `'allow'` */
  readonly overlap?: 'allow' | 'skip'
  /** No tick before this instant. */
  readonly startAt?: Date | EpochMs
  /** No tick after this instant. */
  readonly endAt?: Date | EpochMs
  /** No more runs than this. */
  readonly maxRuns?: number
  /** Each job must have started so long after its tick; otherwise it fails as `expired`. */
  readonly deadline?: DurationInput
  /** A schedule that is paused fires nothing. What is left out stays as it is. @defaultValue `false` for a new one */
  readonly paused?: boolean
  /** `fail`: a schedule of this name that exists rejects with `SCHEDULE_EXISTS`. @defaultValue `'update'` */
  readonly ifExists?: 'update' | 'fail'
  readonly signal?: AbortSignal | undefined
}

/** The plain data of a schedule: equal for equal intentions. Throws a `TypeError` for an option that makes no sense. */
export function defineSchedule(
  expression: string,
  task: AnyTask,
  payload: EncodedValue | null,
  defaults: TaskDefaults,
  options: ScheduleOptions,
): ScheduleDefinition {
  checkOptionNames('schedule', options, OPTION_NAMES)
  const { queue = defaults.queue, priority = defaults.priority, maxTries = null, maxRuns = null, overlap } = options
  checkName('queue', queue)
  checkPriority('schedule', priority)
  if (maxTries !== null) checkMaxTries('schedule', maxTries)
  if (maxRuns !== null) checkWhole('maxRuns', maxRuns, Number.MAX_SAFE_INTEGER)
  if (overlap !== undefined && overlap !== 'allow' && overlap !== 'skip') {
    throw new TypeError(`schedule: overlap: expected "allow" or "skip", got ${JSON.stringify(overlap)}`)
  }
  const { startAt, endAt, deadline } = options
  return {
    expression,
    timeZone: options.timeZone ?? 'UTC',
    dialect: 'auto',
    dst: null,
    task: task.name,
    queue,
    payload,
    priority,
    deadlineMs: deadline === undefined ? defaults.deadlineMs : parseDuration(deadline, 'schedule: deadline'),
    maxTries,
    startAt: startAt === undefined ? null : toInstant(startAt, 'schedule: startAt'),
    endAt: endAt === undefined ? null : toInstant(endAt, 'schedule: endAt'),
    maxRuns,
    missed: missedPolicy(options.missed ?? 'latest'),
    overlap: overlap ?? 'allow',
    jitterMs: 0,
    pauseOnFailure: false,
    owner: null,
  }
}

function missedPolicy(missed: MissedInput): MissedPolicy {
  if (missed === 'latest' || missed === 'skip') return missed
  const { all } = missed as { readonly all?: { readonly max: number; readonly within: DurationInput } }
  if (typeof all !== 'object') {
    const expected = 'expected "latest", "skip" or { all: { max, within } }'
    throw new TypeError(`schedule: missed: ${expected}, got ${JSON.stringify(missed)}`)
  }
  checkWhole('missed.all.max', all.max, MISSED_MAX)
  return { all: { max: all.max, withinMs: parseDuration(all.within, 'schedule: missed.all.within') } }
}

function checkWhole(what: string, value: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return
  throw new TypeError(`schedule: ${what}: expected a whole number from 1 to ${max}, got ${String(value)}`)
}
