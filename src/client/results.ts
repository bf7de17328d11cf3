import { withDeadline } from '../async/deadline.js'
import { decode } from '../codec/decode.js'
import { decodeError } from '../codec/encode-error.js'
import { type ResultLoss, resultLoss } from '../codec/encode-result.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { JobRecord } from '../model/job.js'
import type { DurationInput } from '../model/policy.js'
import { parseDuration } from '../time/duration.js'
import type { Connection } from './connection.js'
import { EndWatch } from './end-watch.js'

/** How long to wait for a result. */
export interface ResultOptions {
  readonly signal?: AbortSignal | undefined
  /** Rejects with `TIMEOUT` after so long; the job itself goes on. @defaultValue no end */
  readonly timeout?: DurationInput
}

/** Waits for the results of jobs: any number of callers, one reader of the event log. */
export class Results<Tx> {
  readonly #connection: Connection<Tx>
  readonly #clock: Clock
  #watch: EndWatch | undefined

  constructor(connection: Connection<Tx>, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  /** What the handler of a job returned, once it is done. */
  async wait(id: string, options: ResultOptions = {}): Promise<unknown> {
    const { signal, timeout } = options
    const timeoutMs = timeout === undefined ? null : parseDuration(timeout, 'result: timeout')
    signal?.throwIfAborted()
    const backend = await this.#connection.open(signal)
    this.#watch ??= new EndWatch(backend, this.#clock)
    const watch = this.#watch
    if (timeoutMs === null) return resultOf(await watch.ended(id, signal))
    const reason = (): RotaError => timeoutError(id, timeoutMs)
    const bounds = { clock: this.#clock, lengthMs: timeoutMs, reason, signal }
    return resultOf(await withDeadline(bounds, (bound) => watch.ended(id, bound)))
  }

  /** Rejects whoever waits with `BACKEND_CLOSED`. Call it when the connection is closing. */
  async close(): Promise<void> {
    await this.#watch?.close(this.#connection.closing.reason as Error)
  }
}

/** The result of a job that has ended, or the error that says how it ended otherwise. */
function resultOf(job: JobRecord): unknown {
  if (job.state === 'failed') throw failedError(job)
  if (job.state === 'cancelled') {
    const reason = job.cancelReason === null ? '' : `: ${job.cancelReason}`
    throw new RotaError('JOB_CANCELLED', `job "${job.id}" of task "${job.task}" was cancelled${reason}`, {
      facts: { id: job.id, task: job.task, reason: job.cancelReason },
    })
  }
  const { loss, value } = readResult(job)
  if (loss === null) return value
  const code = loss.code === 'PAYLOAD_TOO_LARGE' ? 'PAYLOAD_TOO_LARGE' : 'PAYLOAD_INVALID'
  const message = `job "${job.id}" of task "${job.task}" is completed, but its result was not kept: ${loss.message}`
  throw new RotaError(code, message, { facts: { id: job.id, task: job.task } })
}

function readResult(job: JobRecord): { readonly loss: ResultLoss | null; readonly value: unknown } {
  try {
    return { loss: resultLoss(job.result), value: decode(job.result) }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    const message = `job "${job.id}" of task "${job.task}" is completed, but its result cannot be read: ${said}`
    throw new RotaError('STORE_CORRUPT', message, { facts: { id: job.id, task: job.task }, cause })
  }
}

function failedError(job: JobRecord): RotaError {
  const error = decodeError(job.error)
  const said = error === null ? '' : `: ${error.name}: ${error.message}`
  return new RotaError(
    'JOB_FAILED',
    `job "${job.id}" of task "${job.task}" failed (${job.failure ?? 'unknown'})${said}`,
    {
      facts: { id: job.id, task: job.task, failure: job.failure, error },
      cause: error ?? undefined,
    },
  )
}

function timeoutError(id: string, timeoutMs: number): RotaError {
  return new RotaError('TIMEOUT', `job "${id}" had not ended after ${timeoutMs} ms; it goes on, ask again later`, {
    facts: { id, timeoutMs },
  })
}
