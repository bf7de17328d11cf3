import type { DeclaredSchedule, DeclareOutcome } from '../client/declared-schedule.js'
import type { ScheduleControl } from '../client/schedule-control.js'
import { validateInput } from '../codec/validate-input.js'
import { RotaError } from '../model/errors.js'
import { nameProblem } from '../model/names.js'
import { type AnyTask, task } from '../model/task-definition.js'
import type { TaskFile } from '../task-files/read-task-files.js'
import type { TaskFileProblem } from '../task-files/task-files-invalid.js'
import type { WorkerLogger as RotaLogger } from '../worker/event-sink.js'

/** Schedules of each kind of change that a line of the log names; a directory may have thousands. */
const NAMED_MAX = 20

/** Which directory a program declares its schedules in. */
export interface TaskFilesSettings {
  readonly directory: string
  /** What the names of its schedules begin with; undefined: what the working directory says. */
  readonly app: string | undefined
}

/** Checks the options that are about task files; null when there are none. */
export function resolveTaskFiles({
  tasksDir,
  app,
}: {
  readonly tasksDir?: string | undefined
  readonly app?: string | undefined
}): TaskFilesSettings | null {
  const problem = app === undefined ? null : nameProblem('schedule', app)
  if (problem !== null) throw new TypeError(`createRota: app: ${problem}`)
  if (tasksDir !== undefined) {
    if (typeof tasksDir === 'string' && tasksDir !== '') return { directory: tasksDir, app }
    throw new TypeError(`createRota: tasksDir: expected the path of a directory, got ${JSON.stringify(tasksDir)}`)
  }
  if (app !== undefined) throw new TypeError('createRota: app: expected it beside tasksDir, got it alone')
  return null
}

/**
 * Reads the task files of a directory and makes the stored schedules of their app what they say: new ones are made, changed ones
 * edited, and those whose file is gone removed. Rejects with `TASK_FILES_INVALID`, before anything is written, when any file is wrong.
 */
export async function declareTaskFiles<Tx>(
  schedules: ScheduleControl<Tx>,
  settings: TaskFilesSettings & {
    /** The tasks that this program knows: their jobs get the queue and the policy of their task. */
    readonly tasks: readonly AnyTask[]
    /** Hears what came of it. */
    readonly logger?: RotaLogger | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<DeclareOutcome> {
  const { directory, signal } = settings
  // The room brings the expression dialects, which a program that only enqueues never needs.
  const { readTaskFiles } = await import('../task-files/read-task-files.js')
  // In lower case like the names of its schedules: two spellings of it must not claim the same names.
  const app = (settings.app ?? (await defaultApp())).toLowerCase()
  const files = await readTaskFiles({ directory, app, signal })
  const tasks = new Map(settings.tasks.map((known) => [known.name, known]))
  await checkPayloads(directory, files, tasks)
  const declared = files.map((file): DeclaredSchedule => ({
    name: file.schedule,
    expression: file.expression,
    task: tasks.get(file.task) ?? task<unknown>(file.task),
    payload: file.payload,
    options: { dialect: 'eventbridge', timeZone: 'UTC', paused: file.disabled, ...described(file) },
  }))
  try {
    const outcome = await schedules.declare(declared, { owner: `tasks:${app}`, signal })
    tell(settings.logger, { directory, app }, files.length, outcome)
    return outcome
  } catch (error) {
    throw await withFile(error, directory, files)
  }
}

/** An empty description is as good as none. */
function described({ description }: TaskFile): { readonly description?: string } {
  return description === null || description === '' ? {} : { description }
}

function tell(logger: RotaLogger | undefined, where: object, count: number, outcome: DeclareOutcome): void {
  const { created, updated, removed } = outcome
  const changes = Object.entries({ created, updated, removed })
    .filter(([, names]) => names.length > 0)
    .map(([change, names]) => [change, named(names)] as const)
  logger?.info({ ...where, ...Object.fromEntries(changes) }, `read ${count} task ${count === 1 ? 'file' : 'files'}`)
}

function named(names: readonly string[]): readonly string[] {
  const more = names.length - NAMED_MAX
  return more > 0 ? [...names.slice(0, NAMED_MAX), `and ${more} more`] : names
}

async function defaultApp(): Promise<string> {
  const { appNameOf } = await import('../config/app-name.js')
  return appNameOf(process.cwd())
}

/** Where the task is known, its schema must take the input: its jobs would all fail, each at its time. */
async function checkPayloads(
  directory: string,
  files: readonly TaskFile[],
  tasks: ReadonlyMap<string, AnyTask>,
): Promise<void> {
  const problems: TaskFileProblem[] = []
  for (const { file, task: name, payload } of files) {
    try {
      await validateInput(tasks.get(name)?.input, payload, `the payload of task "${name}"`)
    } catch (error) {
      if (!RotaError.is(error)) throw error
      problems.push({ file, field: 'input', reason: error.message })
    }
  }
  if (problems.length > 0) throw await refuse(directory, problems)
}

/** What only a store can tell of a schedule, such as that its last year is over, with the file that asks for it. */
async function withFile(error: unknown, directory: string, files: readonly TaskFile[]): Promise<unknown> {
  if (!RotaError.is(error) || error.code !== 'SCHEDULE_INVALID') return error
  const found = files.find(({ schedule }) => schedule === error.facts['name'])
  if (found === undefined) return error
  return refuse(directory, [{ file: found.file, field: 'schedule', reason: error.message }], error)
}

async function refuse(directory: string, problems: readonly TaskFileProblem[], cause?: RotaError): Promise<RotaError> {
  const { taskFilesInvalid } = await import('../task-files/task-files-invalid.js')
  return taskFilesInvalid(directory, problems, cause)
}
