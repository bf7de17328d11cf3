import type { MissedInput, ScheduleOptions } from '../client/schedule-options.js'
import type { Priority } from '../model/job.js'
import type { ClockChangeRule, ExpressionDialect, OverlapPolicy } from '../model/schedule-record.js'
import type { EpochMs } from '../model/units.js'
import { UsageError } from './exit.js'
import type { Input } from './host.js'
import { readTextFile, readTextInput } from './read-json.js'
import { readPayload } from './read-payload.js'
import { readScheduleDocument, type ScheduleDocument } from './read-schedule-document.js'
import { withAt } from './schedule-text.js'

/** The options of `rota task cron add`. */
export interface CronAddOptions {
  readonly description?: string
  readonly queue?: string
  readonly payload?: string
  readonly deadline?: number
  readonly tries?: number
  readonly priority?: Priority
  readonly tz?: string
  readonly dialect?: ExpressionDialect
  readonly dst?: ClockChangeRule
  readonly missed?: MissedInput
  readonly overlap?: OverlapPolicy
  readonly jitter?: number
  readonly start?: EpochMs
  readonly end?: EpochMs
  readonly maxRuns?: number
  readonly pauseOnFailure?: true
  readonly disabled?: true
  readonly update?: true
  readonly fromJson?: string
}

/** A schedule as a command line describes it, with or without a document. */
export interface GivenSchedule {
  readonly name: string
  readonly expression: string
  readonly task: string
  readonly payload: unknown
  readonly options: ScheduleOptions
}

/** Puts together what arguments, options and a document say; what is typed counts more. */
export async function readGivenSchedule(
  stdin: Input,
  options: CronAddOptions,
  typed: Readonly<Record<'name' | 'schedule' | 'task', string | undefined>>,
): Promise<GivenSchedule> {
  if (options.fromJson === '-' && options.payload === '-') {
    throw new UsageError('expected --payload or --from-json on standard input, got both')
  }
  const document = options.fromJson === undefined ? NOTHING : await readDocument(options.fromJson, stdin)
  const payload = options.payload === undefined ? document.payload : await readPayload(options.payload, stdin)
  return {
    name: required('name', typed.name ?? document.name),
    expression: withAt(
      required('schedule', typed.schedule ?? document.schedule),
      options.dialect ?? document.options.dialect,
    ),
    task: required('task', typed.task ?? document.task),
    payload,
    options: { ...document.options, ...typedOptions(options), ifExists: options.update === true ? 'update' : 'fail' },
  }
}

const NOTHING: ScheduleDocument = Object.freeze({ options: {} })

async function readDocument(from: string, stdin: Input): Promise<ScheduleDocument> {
  const what = 'schedule'
  return readScheduleDocument(from === '-' ? await readTextInput(stdin, what) : await readTextFile(from, what))
}

/** In commander's words: it cannot say this itself, because a document may hold the argument. */
function required(argument: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`missing required argument '${argument}'`)
  return value
}

function typedOptions(options: CronAddOptions): ScheduleOptions {
  const { deadline, description, dialect, disabled, dst, end, jitter, maxRuns } = options
  const { missed, overlap, pauseOnFailure, priority, queue, start, tries, tz } = options
  return {
    ...(deadline === undefined ? {} : { deadline }),
    ...(description === undefined ? {} : { description }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(disabled === undefined ? {} : { paused: disabled }),
    ...(dst === undefined ? {} : { dst }),
    ...(end === undefined ? {} : { endAt: end }),
    ...(jitter === undefined ? {} : { jitter }),
    ...(maxRuns === undefined ? {} : { maxRuns }),
    ...(missed === undefined ? {} : { missed }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(pauseOnFailure === undefined ? {} : { pauseOnFailure }),
    ...(priority === undefined ? {} : { priority }),
    ...(queue === undefined ? {} : { queue }),
    ...(start === undefined ? {} : { startAt: start }),
    ...(tries === undefined ? {} : { maxTries: tries }),
    ...(tz === undefined ? {} : { timeZone: tz }),
  }
}
