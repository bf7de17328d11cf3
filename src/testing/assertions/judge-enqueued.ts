import { inspect } from 'node:util'
import { checkOptionNames } from '../../model/option-names.js'
import type { DurationInput } from '../../model/policy.js'
import type { Priority } from '../../model/job.js'
import { parseDuration } from '../../time/duration.js'
import type { EnqueuedJob } from '../system/enqueued-job.js'
import { nameOf } from '../system/named-task.js'
import { TestSystem } from '../system/test-system.js'

/** What else must be true of a job, and of how many. */
export interface ExpectedJob {
  /** So many jobs, no more and no less. @defaultValue one or more */
  readonly times?: number
  readonly queue?: string
  readonly priority?: Priority
  /** It may start so long after it was enqueued. Not together with `at`. */
  readonly delay?: DurationInput
  /** It may start at this instant. */
  readonly at?: Date
}

/** What was found, and how to say so. */
export interface Judgement {
  readonly pass: boolean
  message(): string
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof ExpectedJob>(['at', 'delay', 'priority', 'queue', 'times'])

/** As many jobs are shown of a task whose jobs are all others. */
const SHOWN_MAX = 5

/** Whether a system has stored such jobs. `equals` compares payloads. */
export function judgeEnqueued(
  received: unknown,
  task: unknown,
  payload: unknown,
  expected: ExpectedJob,
  { equals, isNot = false }: { equals(one: unknown, other: unknown): boolean; readonly isNot?: boolean | undefined },
): Judgement {
  if (!(received instanceof TestSystem)) {
    const got = received === null ? 'null' : typeof received
    throw new TypeError(`toHaveEnqueued: expected what testRota or testStacks gives, got ${got}`)
  }
  checkOptionNames('toHaveEnqueued', expected, OPTION_NAMES)
  const name = nameOf(task, 'toHaveEnqueued')
  const ofTask = received.enqueued(name)
  const fits = fitting(expected)
  const found = ofTask.filter((job) => fits(job) && (payload === undefined || equals(job.payload, payload)))
  const { times } = expected
  return {
    pass: times === undefined ? found.length > 0 : found.length === times,
    message: () => {
      const wanted = { ...(payload === undefined ? {} : { payload }), ...expected }
      const what = Object.keys(wanted).length === 0 ? '' : ` with ${inspect(wanted, { depth: 6 })}`
      const number = isNot ? (times === undefined ? 'none' : `not ${times}`) : (times ?? 'one or more')
      return `jobs of "${name}"${what}: expected ${number}, got ${found.length}${others(received, ofTask)}`
    },
  }
}

function fitting({ at, delay, priority, queue }: ExpectedJob): (job: EnqueuedJob) => boolean {
  if (at !== undefined && delay !== undefined) throw new TypeError('toHaveEnqueued: expected delay or at, got both')
  const delayMs = delay === undefined ? null : parseDuration(delay, 'toHaveEnqueued: delay')
  return (job) =>
    (queue === undefined || job.queue === queue) &&
    (priority === undefined || job.priority === priority) &&
    (at === undefined || job.dueAt.getTime() === at.getTime()) &&
    (delayMs === null || job.dueAt.getTime() - job.enqueuedAt.getTime() === delayMs)
}

/** What there is in place of what was expected. */
function others(system: TestSystem, ofTask: readonly EnqueuedJob[]): string {
  if (ofTask.length === 0) {
    const tasks = [...new Set(system.enqueued().map(({ task }) => `"${task}"`))].sort()
    return tasks.length === 0 ? '; nothing was enqueued' : `; there are jobs of ${tasks.join(', ')}`
  }
  const lines = ofTask.slice(0, SHOWN_MAX).map(({ payload, queue, dueAt, enqueuedAt }) => {
    const delayMs = dueAt.getTime() - enqueuedAt.getTime()
    return `\n  ${inspect(payload, { depth: 6 })} in "${queue}"${delayMs === 0 ? '' : `, delayed by ${delayMs} ms`}`
  })
  const more = ofTask.length > SHOWN_MAX ? `\n  and ${ofTask.length - SHOWN_MAX} more` : ''
  return `; all jobs of the task:${lines.join('')}${more}`
}
