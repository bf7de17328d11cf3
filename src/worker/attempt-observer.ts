import { decodeError } from '../codec/encode-error.js'
import { decodeHeaders } from '../codec/headers.js'
import type { Settlement } from '../model/lease.js'
import type { LiveTelemetry } from '../observe/live-telemetry.js'
import type { Attempt } from './attempt.js'
import type { WorkerEvent } from './worker-event.js'

/** Tells OpenTelemetry what a worker does. No fault of whatever listens there is a fault of the worker. */
export class AttemptObserver {
  readonly #telemetry: LiveTelemetry

  constructor(telemetry: LiveTelemetry) {
    this.#telemetry = telemetry
  }

  /** The worker runs; call what this returns when it does not any more. */
  watch(status: () => { readonly running: number; readonly waiting: number }): () => void {
    return this.#telemetry.meters?.worker.watch(status) ?? (() => undefined)
  }

  /** The handler of an attempt is about to be called. */
  started(attempt: Attempt): void {
    guarded(() => {
      const { lease, startedAt, term } = attempt
      const { meters, tracer } = this.#telemetry
      // By the clock of the store: its own instant of the claim, and the time that has passed here since.
      meters?.worker.started(lease.job, lease.claimedAt + startedAt - term.monotonic - lease.job.dueAt)
      if (tracer !== null) attempt.span = tracer.start(lease, decodeHeaders(lease.job.headers))
    })
  }

  /** It is decided how an attempt ends, at the monotonic instant `now`. Told before its phase changes. */
  ended(attempt: Attempt, settlement: Settlement, now: number): void {
    if (attempt.phase !== 'running') return
    guarded(() => {
      this.#telemetry.meters?.worker.ran(attempt.lease.job, now - attempt.startedAt)
      endSpan(attempt, settlement.kind, 'error' in settlement ? settlement.error : null)
    })
  }

  /** The store has recorded how an attempt ended. */
  settled({ lease, settlement }: Attempt): void {
    if (settlement !== null) this.#telemetry.meters?.worker.settled(lease.job, settlement.kind)
  }

  /** The lease of an attempt was lost while its handler ran. */
  lost(attempt: Attempt): void {
    guarded(() => endSpan(attempt, 'lost', LOST))
  }

  /** One call to the store was about so many jobs. */
  called(call: 'claim' | 'settle', jobs: number): void {
    if (jobs > 0) guarded(() => this.#telemetry.meters?.worker.called(call, jobs))
  }

  told(event: WorkerEvent): void {
    const meter = this.#telemetry.meters?.worker
    switch (event.type) {
      case 'failed':
        return meter?.failed(event.job, event.failure ?? 'retried')
      case 'lease-lost':
        return meter?.leaseLost(event.job)
      case 'store-error':
        return meter?.storeFailed(event.call)
      case 'stall':
        return meter?.stalled()
      default:
        return
    }
  }
}

const LOST = JSON.stringify({ name: 'LeaseLost', message: 'another worker may run the job; this result is dropped' })

function endSpan(attempt: Attempt, outcome: string, error: string | null): void {
  const { span } = attempt
  if (span === null) return
  attempt.span = null
  span.end(outcome, span.isRecording ? decodeError(error) : null)
}

function guarded(tell: () => void): void {
  try {
    tell()
  } catch {
    // An SDK has failed, and the jobs go on.
  }
}
