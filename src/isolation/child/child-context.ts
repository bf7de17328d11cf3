import { encode } from '../../codec/encode.js'
import type { HandlerContext, JobInHand, JobLog, RunningJob } from '../../model/handler-context.js'
import type { EncodedValue } from '../../model/job.js'
import { makeOutcome } from '../../model/outcome.js'
import type { AgainOutcome, CancelOutcome, SnoozeOutcome } from '../../model/outcome.js'
import { RESULT_BYTES_MAX } from '../../model/units.js'
import type { ToldLine } from '../messages.js'

const PROGRESS = { what: 'progress', limitBytes: RESULT_BYTES_MAX }

/** What an isolated handler sees of its attempt, and the way of what it tells. */
export interface ChildContextOptions {
  readonly job: RunningJob
  readonly fence: number
  readonly signal: AbortSignal
  readonly addLine: (level: ToldLine['level'], message: unknown) => void
  readonly setProgress: (value: EncodedValue) => void
}

/**
 * The context of a handler that runs in a child. Its outcomes hold what the handler wrote: the worker's own context, on the other
 * side, reads and judges them as it does for handlers that run beside it.
 */
export function makeChildContext({
  job,
  fence,
  signal,
  addLine,
  setProgress,
}: ChildContextOptions): HandlerContext<never> {
  const log: JobLog = {
    debug: (message) => addLine('debug', message),
    info: (message) => addLine('info', message),
    warn: (message) => addLine('warn', message),
    error: (message) => addLine('error', message),
  }
  return {
    signal,
    fence,
    log,
    job: Object.freeze(Object.defineProperty({ ...job }, 'complete', { value: refuseToComplete })) as JobInHand,
    progress: (value) => setProgress(encode(value, PROGRESS)),
    again: (next) => makeOutcome({ kind: 'again', ...next }) as unknown as AgainOutcome,
    snooze: (until) => makeOutcome({ kind: 'snooze', until }) as unknown as SnoozeOutcome,
    cancel: (reason) => makeOutcome({ kind: 'cancel', reason }) as unknown as CancelOutcome,
  }
}

async function refuseToComplete(): Promise<never> {
  throw new TypeError(
    'job.complete: a transaction cannot leave its process, expected a handler that runs beside its worker; set isolation to "none"',
  )
}
