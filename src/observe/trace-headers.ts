import {
  context,
  createTraceState,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
} from '@opentelemetry/api'

/** W3C Trace Context, level 1, section 3.2: version, trace id, parent id, flags; a later version may say more after them. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/

/**
 * The headers that carry the trace which is active now; null when there is none. Written by the propagator of the program, or, when
 * it has none, as W3C Trace Context.
 */
export function writeTrace(): Readonly<Record<string, string>> | null {
  const active = context.active()
  const span = trace.getSpanContext(active)
  if (span === undefined || !isSpanContextValid(span)) return null
  const headers: Record<string, string> = {}
  if (hasPropagator()) {
    propagation.inject(active, headers)
    return headers
  }
  headers['traceparent'] = `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`
  const state = span.traceState?.serialize() ?? ''
  if (state !== '') headers['tracestate'] = state
  return headers
}

/** The context that headers carry; an empty one when they carry none. */
export function readTrace(headers: Readonly<Record<string, string>>): Context {
  if (hasPropagator()) return propagation.extract(ROOT_CONTEXT, headers)
  const [, traceId, spanId, flags] = TRACEPARENT.exec(headers['traceparent'] ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  const state = headers['tracestate']
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  if (!isSpanContextValid(parent)) return ROOT_CONTEXT
  const stated = state === undefined ? parent : { ...parent, traceState: createTraceState(state) }
  return trace.setSpanContext(ROOT_CONTEXT, stated)
}

/** The one that stands in when a program has registered none knows no headers. */
function hasPropagator(): boolean {
  return propagation.fields().length > 0
}
