import { context, propagation, ROOT_CONTEXT, trace, type SpanContext } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AsyncContexts } from '../../test/observe/memory-tracer.js'
import { readTrace, writeTrace } from './trace-headers.js'

const SPAN: SpanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
const TRACEPARENT = `00-${SPAN.traceId}-${SPAN.spanId}-01`

beforeEach(() => void context.setGlobalContextManager(new AsyncContexts()))

afterEach(() => {
  context.disable()
  propagation.disable()
})

const inside = <T>(span: SpanContext, run: () => T): T => context.with(trace.setSpanContext(ROOT_CONTEXT, span), run)

const read = (headers: Readonly<Record<string, string>>): SpanContext | undefined =>
  trace.getSpanContext(readTrace(headers))

describe('without a propagator', () => {
  it('a trace travels as W3C Trace Context and comes back', () => {
    const headers = inside(SPAN, writeTrace)
    expect(headers).toEqual({ traceparent: TRACEPARENT })
    expect(read(headers!)).toEqual({ ...SPAN, isRemote: true })
  })

  it('its state travels too', () => {
    const stated = trace.getSpanContext(readTrace({ traceparent: TRACEPARENT, tracestate: 'vendor=1,other=2' }))!
    expect(stated.traceState?.get('other')).toBe('2')
    expect(inside(stated, writeTrace)).toEqual({ traceparent: TRACEPARENT, tracestate: 'vendor=1,other=2' })
  })

  it('a trace that is not sampled travels as such', () => {
    const headers = inside({ ...SPAN, traceFlags: 0 }, writeTrace)
    expect(headers?.['traceparent']).toMatch(/-00$/)
    expect(read(headers!)?.traceFlags).toBe(0)
  })

  it('nothing travels where no trace is active', () => {
    expect(writeTrace()).toBeNull()
    expect(inside({ ...SPAN, traceId: '0'.repeat(32) }, writeTrace)).toBeNull()
  })

  it.each([
    ['nothing', {}],
    ['no text', { traceparent: '' }],
    ['a word', { traceparent: 'yes' }],
    ['too short an id', { traceparent: `00-${SPAN.traceId.slice(1)}-${SPAN.spanId}-01` }],
    ['capitals', { traceparent: TRACEPARENT.toUpperCase() }],
    ['the version that is none', { traceparent: TRACEPARENT.replace('00', 'ff') }],
    ['a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-${SPAN.spanId}-01` }],
    ['a parent of zeros', { traceparent: `00-${SPAN.traceId}-${'0'.repeat(16)}-01` }],
  ])('%s carries no trace', (_what, headers) => {
    expect(read(headers)).toBeUndefined()
  })

  it('a later version may say more than this one', () => {
    expect(read({ traceparent: `cc-${SPAN.traceId}-${SPAN.spanId}-01-more` })).toMatchObject(SPAN)
  })
})

it('the propagator of the program decides, when it has one', () => {
  propagation.setGlobalPropagator({
    fields: () => ['one-header'],
    inject: (active, carrier, setter) => setter.set(carrier, 'one-header', trace.getSpanContext(active)!.traceId),
    extract: (before, carrier, getter) =>
      trace.setSpanContext(before, { ...SPAN, traceId: String(getter.get(carrier, 'one-header')) }),
  })
  const headers = inside(SPAN, writeTrace)
  expect(headers).toEqual({ 'one-header': SPAN.traceId })
  expect(read(headers!)).toEqual(SPAN)
})
