import { encode } from '../codec/encode.js'
import { decodeHeaders } from '../codec/headers.js'
import { encodeReason } from '../codec/reason.js'
import { stampOf } from '../codec/stamp.js'
import type { HandlerContext, JobInHand, JobLog } from '../model/handler-context.js'
import { DUE_NOW } from '../model/job.js'
import type { Due, LogLine } from '../model/job.js'
import { makeOutcome } from '../model/outcome.js'
import type { AgainOutcome, CancelOutcome, SnoozeOutcome } from '../model/outcome.js'
import type { DurationInput } from '../model/policy.js'
import { RESULT_BYTES_MAX } from '../model/units.js'
import { parseDuration } from '../time/duration.js'
import type { AttemptCompleter } from './attempt-completer.js'
import type { Attempt } from './attempt.js'
import type { ReportBatcher } from './report-batcher.js'

/** What a handler sees of its attempt. Everything is made when it is first asked for: most handlers ask for little. */
export class AttemptContext implements HandlerContext {
  readonly #attempt: Attempt
  readonly #reports: ReportBatcher
  readonly #completer: AttemptCompleter
  #job: JobInHand | null = null

  constructor(attempt: Attempt, deps: { readonly reports: ReportBatcher; readonly completer: AttemptCompleter }) {
    this.#attempt = attempt
    this.#reports = deps.reports
    this.#completer = deps.completer
  }

  get signal(): AbortSignal {
    return this.#attempt.signal
  }

  get fence(): number {
    return this.#attempt.lease.fence
  }

  get job(): JobInHand {
    this.#job ??= describeJob(this.#attempt, (options) => this.#completer.complete(this.#attempt, options))
    return this.#job
  }

  get log(): JobLog {
    const write = (level: LogLine['level'], message: string): void =>
      this.#reports.addLine(this.#attempt, level, message)
    return {
      debug: (message) => write('debug', message),
      info: (message) => write('info', message),
      warn: (message) => write('warn', message),
      error: (message) => write('error', message),
    }
  }

  // Getters, so that a handler can take the functions out of the context: `{ progress, again }`.
  get progress(): (value: unknown) => void {
    return (value) => this.#reports.setProgress(this.#attempt, encode(value, PROGRESS))
  }

  get again(): HandlerContext['again'] {
    return again
  }

  get snooze(): HandlerContext['snooze'] {
    return snooze
  }

  get cancel(): HandlerContext['cancel'] {
    return cancel
  }
}

const PROGRESS = { what: 'progress', limitBytes: RESULT_BYTES_MAX }

/** The job as its handler is shown it. What it can do is not part of what it is: nobody prints or compares that. */
function describeJob({ lease, task }: Attempt, complete: JobInHand<unknown>['complete']): JobInHand {
  const { job } = lease
  const described = {
    id: job.id,
    task: job.task,
    queue: job.queue,
    priority: job.priority,
    attempt: job.tries + 1,
    maxTries: job.maxTries ?? task.maxTries,
    iterations: job.iterations,
    enqueuedAt: new Date(job.enqueuedAt),
    deadline: job.deadline === null ? null : new Date(job.deadline),
    headers: Object.freeze(decodeHeaders(job.headers)),
    contract: stampOf(job.payload),
    tick: job.tick,
  }
  return Object.freeze(Object.defineProperty(described, 'complete', { value: complete })) as JobInHand
}

function again(next: {
  readonly params: unknown
  readonly at?: Date | number
  readonly after?: DurationInput
}): AgainOutcome {
  if (next.at !== undefined && next.after !== undefined) {
    throw new TypeError('again: expected at or after, got both')
  }
  const due: Due =
    next.at !== undefined
      ? { at: readInstant(next.at, 'again: at') }
      : next.after !== undefined
        ? { inMs: parseDuration(next.after, 'again: after') }
        : DUE_NOW
  return makeOutcome({ kind: 'again', params: next.params, due })
}

function snooze(until: DurationInput | Date): SnoozeOutcome {
  const due = until instanceof Date ? { at: readInstant(until, 'snooze') } : { inMs: parseDuration(until, 'snooze') }
  return makeOutcome({ kind: 'snooze', due })
}

function cancel(reason?: string): CancelOutcome {
  return makeOutcome({ kind: 'cancel', reason: encodeReason(reason, 'cancel') })
}

function readInstant(given: Date | number, what: string): number {
  const at = typeof given === 'number' ? given : given.getTime()
  if (!Number.isFinite(at))
    throw new TypeError(`${what} must be an instant, expected a Date or milliseconds since 1970, got ${String(given)}`)
  return Math.round(at)
}
