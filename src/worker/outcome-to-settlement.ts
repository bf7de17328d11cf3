import { encodeError } from '../codec/encode-error.js'
import { encodeResult } from '../codec/encode-result.js'
import { encode } from '../codec/encode.js'
import { ParkedPayload } from '../codec/read-payload.js'
import { withStamp } from '../codec/stamp.js'
import { validateInput } from '../codec/validate-input.js'
import type { Clock, IdMaker, Random } from '../model/clock.js'
import { isRetryError, isTerminateError } from '../model/errors.js'
import type { FailureReason } from '../model/job-state.js'
import { again, cancel, complete, fail, retry, snooze } from '../model/lease.js'
import type { Settlement } from '../model/lease.js'
import type { EncodedValue } from '../model/job.js'
import { isOutcome } from '../model/outcome.js'
import type { AgainOutcome } from '../model/outcome.js'
import type { DurationMs } from '../model/units.js'
import { retryDelayMs } from '../time/backoff.js'
import { parseDuration } from '../time/duration.js'
import type { Attempt } from './attempt.js'
import type { EventSink } from './event-sink.js'
import { makeFailureJob } from './failure-follow-up.js'
import { UnreadableInput } from './read-input.js'
import type { ReportBatcher } from './report-batcher.js'

/** What decides how an attempt is settled, beside the attempt itself. */
export interface SettlementDeps {
  readonly clock: Clock
  readonly random: Random
  readonly ids: IdMaker
  readonly events: EventSink
  readonly reports: Pick<ReportBatcher, 'park'>
}

/** A release takes seconds to minutes, and a job of a newer contract should not wait long for the worker that is just starting. */
const PARKED_MIN_MS: DurationMs = 5_000
const PARKED_MAX_MS: DurationMs = 600_000

/**
 * The settlement of an attempt whose handler returned `value`. A promise only when the task's schema needs one to check the
 * params of another iteration; fails with the error that the attempt then has.
 */
export function settlementOfReturn(
  attempt: Attempt,
  value: unknown,
  deps: SettlementDeps,
): Settlement | Promise<Settlement> {
  const { receipt } = attempt.lease
  if (value === undefined) return complete(receipt, null)
  if (!isOutcome(value)) return completeWith(attempt, value, deps.events)
  switch (value.kind) {
    case 'again':
      return againWith(attempt, value)
    case 'snooze':
      return snooze(receipt, value.due)
    case 'cancel':
      return cancel(receipt, value.reason)
    case 'park':
      return park(attempt, value.reason, deps)
  }
}

function completeWith(attempt: Attempt, value: unknown, events: EventSink): Settlement {
  const { encoded, problem } = encodeResult(value)
  if (problem !== null) events.emit({ type: 'result-not-kept', job: attempt.describe(), error: problem })
  return complete(attempt.lease.receipt, encoded)
}

/** The params are kept as the handler gave them, not as the schema parses them: the next iteration parses them again. */
function againWith(attempt: Attempt, { contract, params, due }: AgainOutcome): Settlement | Promise<Settlement> {
  const what = `params of another iteration of task "${attempt.task.name}"`
  const stamp = contract ?? attempt.task.reader.contract?.stamp
  const stampedParams = (encoded: EncodedValue): EncodedValue =>
    stamp === undefined ? encoded : withStamp(encoded, stamp)
  const settle = (): Settlement =>
    again(attempt.lease.receipt, due, params === undefined ? null : stampedParams(encode(params, { what })))
  const checked: unknown = validateInput(attempt.task.input, params, what)
  return checked instanceof Promise ? checked.then(settle) : settle()
}

/** The settlement of an attempt that failed with `error`: another try, or the end of the job. */
export function settlementOfError(attempt: Attempt, error: unknown, deps: SettlementDeps): Settlement {
  if (error instanceof ParkedPayload) return park(attempt, error.message, deps)
  if (error instanceof UnreadableInput) return giveUp(attempt, 'terminated', error.cause, 1, deps)
  if (isTerminateError(error)) return giveUp(attempt, 'terminated', error, 1, deps)
  const { job, receipt } = attempt.lease
  const tries = job.tries + 1
  if (tries >= (job.maxTries ?? attempt.task.maxTries)) return giveUp(attempt, 'exhausted', error, 1, deps)
  deps.events.emit({ type: 'failed', job: attempt.describe(), error, failure: null })
  return retry(receipt, { inMs: delayMs(attempt, tries, error, deps) }, encodeError(error))
}

/** A job that no worker of this release can read goes on waiting; the longer it has waited, the more seldom it is looked at. */
function park(attempt: Attempt, reason: string, { clock, events, reports }: SettlementDeps): Settlement {
  const { job, receipt } = attempt.lease
  events.emit({ type: 'parked', job: attempt.describe(), reason })
  reports.park(attempt, reason)
  const ageMs = Math.max(0, clock.now() - job.enqueuedAt)
  return snooze(receipt, { inMs: Math.min(PARKED_MAX_MS, Math.max(PARKED_MIN_MS, Math.round(ageMs / 4))) })
}

/**
 * The end of a job as failed, with a job for whoever wants to know. `triesNow` is 1 when this attempt spends a try and 0 when
 * it was not run.
 */
export function giveUp(
  attempt: Attempt,
  reason: FailureReason,
  error: unknown,
  triesNow: 0 | 1,
  deps: SettlementDeps,
): Settlement {
  const { lease, task } = attempt
  const encoded = encodeError(error)
  deps.events.emit({ type: 'failed', job: attempt.describe(), error, failure: reason })
  const spendsTry = triesNow === 1
  if (task.onFailure === null) return fail(lease.receipt, reason, encoded, { spendsTry })
  const failure = { reason, tries: lease.job.tries + triesNow, error: encoded }
  const followUps = [makeFailureJob(task.onFailure, lease, failure, deps)]
  return fail(lease.receipt, reason, encoded, { spendsTry, followUps })
}

/** A policy or a `RetryError` of a user may be nonsense; the job must not be stuck for that. */
function delayMs(attempt: Attempt, tries: number, error: unknown, deps: SettlementDeps): number {
  try {
    if (isRetryError(error) && error.after !== undefined) return parseDuration(error.after, 'RetryError: after')
    return retryDelayMs(attempt.task.backoff, tries, deps.random, error)
  } catch {
    return retryDelayMs('exponential', tries, deps.random)
  }
}
