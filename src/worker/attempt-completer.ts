import type { TimedCaller } from '../async/timed-caller.js'
import { encodeResult } from '../codec/encode-result.js'
import { RotaError } from '../model/errors.js'
import type { CompleteOptions } from '../model/handler-context.js'
import { complete } from '../model/lease.js'
import type { Backend } from '../port/backend.js'
import type { JobStore } from '../port/job-store.js'
import type { Attempt } from './attempt.js'
import type { EventSink } from './event-sink.js'
import type { ReportBatcher } from './report-batcher.js'

interface CompleterDeps {
  readonly backend: Backend
  readonly caller: TimedCaller
  readonly events: EventSink
  readonly reports: ReportBatcher
}

/** Completes attempts inside transactions of their handlers; `OpenCompletions` finds out what became of those. */
export class AttemptCompleter {
  readonly #deps: CompleterDeps

  constructor(deps: CompleterDeps) {
    this.#deps = deps
  }

  /** See `JobInHand.complete`. May be called again with another transaction when one was rolled back. */
  async complete(attempt: Attempt, options: CompleteOptions<unknown>): Promise<void> {
    const { backend, caller, events, reports } = this.#deps
    const { tx, result } = readOptions(backend, options)
    refuseEnded(attempt)
    const { encoded, problem } = encodeResult(result)
    if (problem !== null) events.emit({ type: 'result-not-kept', job: attempt.describe(), error: problem })
    const { receipt } = attempt.lease
    const settlement = complete(receipt, encoded)
    // From here on the row of the job may be locked by the transaction: nobody else's call may touch it.
    attempt.completion = { settlement, isChecked: false, isAsked: false }
    const told = await reports.hold(attempt)
    const jobs: JobStore<unknown> = backend.jobs
    if (told !== null) {
      await caller.call('report', undefined, (signal) => jobs.report({ reports: [told.toReport(receipt)], signal }, tx))
    }
    const [outcome] = await caller.call('settle', undefined, (signal) =>
      jobs.settle({ settlements: [settlement], signal }, tx),
    )
    if (outcome !== 'settled') throw lostError(attempt)
    // It may have been stopped while the store was asked.
    refuseUnwanted(attempt)
  }
}

function readOptions(backend: Backend, options: CompleteOptions<unknown>): CompleteOptions<unknown> {
  if (!backend.capabilities.transactions) {
    throw new TypeError(
      `complete: expected a store with transactions, got "${backend.name}"; return the result of the job instead`,
    )
  }
  const given = options as CompleteOptions<unknown> | null | undefined
  if (typeof given?.tx === 'object' && given.tx !== null) return given
  throw new TypeError(`complete: tx: expected a transaction that is open, got ${typeof given?.tx}`)
}

function refuseEnded(attempt: Attempt): void {
  refuseUnwanted(attempt)
  if (attempt.phase === 'running' && attempt.completion?.isChecked !== true) return
  const { id } = attempt.lease.job
  throw new TypeError(`complete: expected job ${id} to be running, got one that has ended; await it in the handler`)
}

/** A worker that merely stops lets its handlers finish what they can. */
function refuseUnwanted({ stopReason }: Attempt): void {
  if (stopReason !== null && stopReason.code !== 'ABORTED') throw stopReason
}

function lostError({ lease }: Attempt): RotaError {
  const message = `the lease of job ${lease.job.id} was lost (fence ${lease.fence}); roll back, another worker may run it`
  return new RotaError('LEASE_LOST', message, { facts: { id: lease.job.id, fence: lease.fence } })
}
