import type { EncodedValue } from '../model/job.js'
import { checkName } from '../model/names.js'
import { checkOptionNames } from '../model/option-names.js'
import type { ScheduleDefinition } from '../model/schedule-record.js'
import type { AnyTask } from '../model/task-definition.js'
import { checkMaxTries, checkPriority } from '../model/task-options.js'
import type { EpochMs } from '../model/units.js'
import { toInstant } from './instant.js'
import type { ScheduleOptions } from './schedule-options.js'
import {
  checkFlag,
  checkWhole,
  readDeadline,
  readDescription,
  readJitter,
  readMissed,
  readOverlap,
} from './schedule-policies.js'
import type { TaskDefaults } from './task-defaults.js'

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof ScheduleOptions>([
  'deadline',
  'description',
  'dialect',
  'dst',
  'endAt',
  'ifExists',
  'jitter',
  'maxRuns',
  'maxTries',
  'missed',
  'overlap',
  'pauseOnFailure',
  'paused',
  'priority',
  'queue',
  'signal',
  'startAt',
  'timeZone',
])

/** What a definition is made of, beside its options. */
export interface DefinitionParts {
  readonly expression: string
  readonly task: AnyTask
  readonly payload: EncodedValue | null
  readonly defaults: TaskDefaults
  readonly owner: string | null
  readonly now: EpochMs
}

/** The plain data of a schedule: equal for equal intentions. Throws a `TypeError` for an option that makes no sense. */
export function resolveDefinition(parts: DefinitionParts, options: ScheduleOptions): ScheduleDefinition {
  const { defaults, expression, now, owner, payload, task } = parts
  const { queue = defaults.queue, priority = defaults.priority, maxTries = null, maxRuns = null } = options
  checkOptions(options)
  const { startAt, endAt, deadline, pauseOnFailure = false } = options
  return {
    expression,
    timeZone: options.timeZone ?? 'UTC',
    dialect: options.dialect ?? 'auto',
    dst: options.dst ?? null,
    task: task.name,
    queue,
    payload,
    priority,
    deadlineMs: deadline === undefined ? defaults.deadlineMs : readDeadline(deadline, now),
    maxTries,
    startAt: startAt === undefined ? null : toInstant(startAt, 'schedule: startAt'),
    endAt: endAt === undefined ? null : toInstant(endAt, 'schedule: endAt'),
    maxRuns,
    missed: readMissed(options.missed),
    overlap: readOverlap(options.overlap),
    jitterMs: readJitter(options.jitter),
    pauseOnFailure,
    owner,
    ...readDescription(options.description),
  }
}

function checkOptions(options: ScheduleOptions): void {
  checkOptionNames('schedule', options, OPTION_NAMES)
  const { queue, priority, maxTries, maxRuns, ifExists } = options
  if (queue !== undefined) checkName('queue', queue)
  if (priority !== undefined) checkPriority('schedule', priority)
  if (maxTries !== undefined) checkMaxTries('schedule', maxTries)
  if (maxRuns !== undefined) checkWhole('maxRuns', maxRuns, Number.MAX_SAFE_INTEGER)
  checkFlag('pauseOnFailure', options.pauseOnFailure)
  checkFlag('paused', options.paused)
  if (ifExists !== undefined && ifExists !== 'update' && ifExists !== 'fail') {
    throw new TypeError(`schedule: ifExists: expected "update" or "fail", got ${JSON.stringify(ifExists)}`)
  }
}
