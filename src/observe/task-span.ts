import { registered } from './registered.js'
import { SCOPE } from './scope.js'

/** The part of an OpenTelemetry tracer that a Tasker uses. */
export interface TaskTracer {
  startActiveSpan<T>(name: string, options: SpanOptions, run: (span: TaskSpan) => T): T
}

/** The part of an OpenTelemetry span that a Tasker uses. */
export interface TaskSpan {
  recordException(error: Error | string): void
  setStatus(status: { code: number; message?: string }): unknown
  end(): void
}

/** What a Tasker says of a span when it starts it. */
export interface SpanOptions {
  readonly attributes?: Record<string, string | boolean>
}

/** `SpanStatusCode.ERROR` of the OpenTelemetry API. */
const STATUS_ERROR = 2

const NO_SPAN: TaskSpan = Object.freeze({
  recordException: () => undefined,
  setStatus: () => undefined,
  end: () => undefined,
})

const NO_TRACER: TaskTracer = Object.freeze({
  startActiveSpan: <T>(_name: string, _options: SpanOptions, run: (span: TaskSpan) => T): T => run(NO_SPAN),
})

/**
 * The tracer of the process: spans go where its OpenTelemetry SDK sends them, and nowhere without one. Found without importing
 * the API, which would be larger than all the rest of this door.
 */
export function tracerOfProcess(): TaskTracer {
  const provider = registered('trace') as { getTracer(name: string): TaskTracer } | undefined
  return provider?.getTracer(SCOPE) ?? NO_TRACER
}

/** Runs a task in a span of its own that says which it is and, when it fails, why. */
export function inSpan(
  tracer: TaskTracer,
  task: { readonly name: string; readonly fallThrough: boolean },
  run: () => Promise<unknown>,
): Promise<unknown> {
  const attributes = { 'rota.task': task.name, ...(task.fallThrough ? { 'rota.fall_through': true } : {}) }
  return tracer.startActiveSpan(`task ${task.name}`, { attributes }, async (span) => {
    try {
      return await run()
    } catch (error) {
      const message = error instanceof Error ? error.message : `${typeof error}, no Error, was thrown`
      span.recordException(error instanceof Error ? error : message)
      span.setStatus({ code: STATUS_ERROR, message })
      throw error
    } finally {
      span.end()
    }
  })
}
