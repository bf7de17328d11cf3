import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'
import type { ErrorRecord } from '../model/job.js'
import type { Lease } from '../model/lease.js'
import { SCOPE } from './scope.js'
import { readTrace } from './trace-headers.js'

/**
 * Makes a span for each attempt, in the trace of whoever enqueued its job. A child and no link: who looks at a request wants to
 * see the work that it caused, also when that was done later and elsewhere.
 */
export class AttemptTracer {
  readonly #tracer: Tracer

  constructor(provider: TracerProvider) {
    this.#tracer = provider.getTracer(SCOPE)
  }

  /** An attempt begins now; `headers` are those of its job. */
  start(lease: Lease, headers: Readonly<Record<string, string>>): AttemptSpan {
    const parent = readTrace(headers)
    const options = { kind: SpanKind.CONSUMER, attributes: attributesOf(lease) }
    const span = this.#tracer.startSpan(lease.job.task, options, parent)
    return new AttemptSpan(span, trace.setSpan(parent, span))
  }
}

/** The span of one attempt. */
export class AttemptSpan {
  readonly #span: Span
  readonly #context: Context

  constructor(span: Span, context: Context) {
    this.#span = span
    this.#context = context
  }

  /** Whether anybody will see it: what it says need not be made otherwise. */
  get isRecording(): boolean {
    return this.#span.isRecording()
  }

  /** Runs the handler inside the span: what it traces and enqueues belongs to it. */
  run<T>(handler: () => T): T {
    return context.with(this.#context, handler)
  }

  /** The attempt has ended; `error` says why it failed, null that it did not. */
  end(outcome: string, error: ErrorRecord | null): void {
    this.#span.setAttribute('rota.outcome', outcome)
    if (error !== null) {
      const { name, message, stack } = error
      this.#span.recordException(stack === undefined ? { name, message } : { name, message, stack })
      this.#span.setAttribute('error.type', name)
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message })
    }
    this.#span.end()
  }
}

/** By the semantic conventions for messaging, and what only rota has. */
function attributesOf({ fence, job }: Lease): Attributes {
  const { id, task, queue, tries, iterations, tick } = job
  return {
    'messaging.system': 'rota',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queue,
    'messaging.message.id': id,
    'rota.task': task,
    'rota.attempt': tries + 1,
    'rota.iteration': iterations,
    'rota.fence': fence,
    ...(tick === null ? {} : { 'rota.schedule': tick.schedule }),
  }
}
