import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRota } from '../../src/app/create-rota.js'
import type { CommonOptions } from '../../src/app/rota-options.js'
import type { Rota } from '../../src/app/rota.js'
import { memory } from '../../src/backends/memory/memory-backend.js'
import { TerminateError } from '../../src/model/errors.js'
import { task, type FailureReport, type TaskOn } from '../../src/model/task-definition.js'
import { FakeClock } from '../../src/time/fake-clock.js'
import { AsyncContexts, MemoryTracer, type SeenSpan } from './memory-tracer.js'

let clock: FakeClock
let tracer: MemoryTracer
let open: Rota[]

beforeEach(() => {
  clock = new FakeClock()
  tracer = new MemoryTracer()
  open = []
  context.setGlobalContextManager(new AsyncContexts())
})

afterEach(async () => {
  for (const rota of open) {
    const closing = rota.close()
    await clock.advance(60_000)
    await closing
  }
  trace.disable()
  context.disable()
  propagation.disable()
})

function makeRota(tasks: readonly TaskOn<never>[], options: CommonOptions = {}): Rota {
  const telemetry = { tracerProvider: tracer }
  const rota = createRota({ telemetry, ...options, tasks, clock, backend: memory({ clock }) })
  open.push(rota)
  return rota
}

/** Runs inside a span of the program, as a web framework does. */
function within<T>(name: string, run: () => T): T {
  const span = tracer.getTracer().startSpan(name, {}, context.active())
  return context.with(trace.setSpan(ROOT_CONTEXT, span), run)
}

const named = (name: string): SeenSpan[] => tracer.spans.filter((span) => span.name === name)

describe('an attempt', () => {
  it('is a span of the name of its task, in the trace of whoever enqueued the job', async () => {
    const send = task('mail:send', { queue: 'mail', run: (n: number) => n })
    const rota = makeRota([send])
    const job = await within('request', () => rota.enqueue(send, 1))
    await rota.startWorker()
    await clock.advance(1_000)
    const request = tracer.only('request')
    const attempt = tracer.only('mail:send')
    expect(attempt.parent).toMatchObject({ ...request.context, isRemote: true })
    expect(attempt.context.traceId).toBe(request.context.traceId)
    expect(attempt).toMatchObject({ kind: SpanKind.CONSUMER, ends: 1, status: { code: SpanStatusCode.UNSET } })
    expect(attempt.attributes).toEqual({
      'messaging.system': 'rota',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'mail',
      'messaging.message.id': job.id,
      'rota.task': 'mail:send',
      'rota.attempt': 1,
      'rota.iteration': 0,
      'rota.fence': 1,
      'rota.outcome': 'complete',
    })
  })

  it('has its handler inside, and what that enqueues', async () => {
    const second = task('second', () => 2)
    const first = task('first', async () => {
      await Promise.resolve()
      await rota.enqueue([second.with(undefined)])
    })
    const rota = makeRota([first, second])
    await within('request', () => rota.enqueue(first, undefined))
    await rota.startWorker()
    await clock.advance(1_000)
    expect(tracer.only('second').parent?.spanId).toBe(tracer.only('first').context.spanId)
    expect(tracer.only('second').context.traceId).toBe(tracer.only('request').context.traceId)
  })

  it('has its error, one span for each try, all in one trace', async () => {
    const fail = task('fails', {
      maxTries: 2,
      backoff: 'fixed',
      run: () => {
        throw new RangeError('too far')
      },
    })
    const rota = makeRota([fail])
    await within('request', () => rota.enqueue(fail, undefined))
    await rota.startWorker()
    await clock.advance(3_600_000)
    const attempts = named('fails')
    expect(attempts.map(({ attributes }) => [attributes['rota.attempt'], attributes['rota.outcome']])).toEqual([
      [1, 'retry'],
      [2, 'fail'],
    ])
    for (const attempt of attempts) {
      expect(attempt).toMatchObject({
        ends: 1,
        status: { code: SpanStatusCode.ERROR, message: 'too far' },
        exceptions: [{ name: 'RangeError', message: 'too far' }],
      })
      expect(attempt.attributes['error.type']).toBe('RangeError')
      expect(attempt.parent?.spanId).toBe(tracer.only('request').context.spanId)
    }
  })

  it('ends when it is settled without its handler, and only once', async () => {
    let end: () => void = () => undefined
    const hangs = task('hangs', {
      timeout: '1 second',
      maxTries: 1,
      run: () => new Promise<void>((resolve) => (end = resolve)),
    })
    const rota = makeRota([hangs])
    await rota.enqueue(hangs, undefined)
    await rota.startWorker()
    await clock.advance(10_000)
    expect(tracer.only('hangs')).toMatchObject({ ends: 1, status: { code: SpanStatusCode.ERROR } })
    end()
    await clock.advance(1_000)
    expect(tracer.only('hangs').ends).toBe(1)
  })

  it('begins a trace of its own when nobody traced its enqueue', async () => {
    const plain = task('plain', () => 1)
    const rota = makeRota([plain])
    const job = await rota.enqueue(plain, undefined)
    await rota.startWorker()
    await clock.advance(1_000)
    expect(tracer.only('plain').parent).toBeUndefined()
    expect((await rota.get(job))?.headers).toEqual({})
  })

  it('of a task for failures is in the trace of the job that failed', async () => {
    const told = task('told', (_report: FailureReport) => undefined)
    const fail = task('fails', () => {
      throw new TerminateError('no')
    })
    const rota = makeRota([fail], { onFailure: told })
    await within('request', () => rota.enqueue(fail, undefined))
    await rota.startWorker()
    await clock.advance(1_000)
    expect(tracer.only('told').context.traceId).toBe(tracer.only('request').context.traceId)
  })
})

describe('the headers of a job', () => {
  const idle = task('idle', () => 1)

  it('carry the trace beside those of the program, in single enqueues and in batches', async () => {
    const rota = makeRota([idle])
    const [one, [two]] = await within('request', () =>
      Promise.all([
        rota.enqueue(idle, undefined, { headers: { tenant: 'a' } }),
        rota.enqueue([idle.with(undefined, { headers: { tenant: 'b' } })]),
      ]),
    )
    const { traceId, spanId } = tracer.only('request').context
    const traceparent = `00-${traceId}-${spanId}-01`
    expect((await rota.get(one))?.headers).toEqual({ traceparent, tenant: 'a' })
    expect((await rota.get(two))?.headers).toEqual({ traceparent, tenant: 'b' })
  })

  it('stay as the program gave them where it names a trace itself', async () => {
    const rota = makeRota([idle])
    const headers = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00` }
    const job = await within('request', () => rota.enqueue(idle, undefined, { headers }))
    expect((await rota.get(job))?.headers).toEqual(headers)
  })

  it('carry no trace where it would not fit, and the job is stored all the same', async () => {
    const rota = makeRota([idle])
    const headers = { large: 'x'.repeat(16_384 - '{"large":""}'.length) }
    const job = await within('request', () => rota.enqueue(idle, undefined, { headers }))
    expect((await rota.get(job))?.headers).toEqual(headers)
  })

  it('that no propagator can write or read cost a job its trace and nothing else', async () => {
    const broken = (): never => {
      throw new Error('a propagator that is broken')
    }
    propagation.setGlobalPropagator({ fields: () => ['x'], inject: broken, extract: broken })
    const rota = makeRota([idle])
    const job = await within('request', () => rota.enqueue(idle, undefined))
    await rota.startWorker()
    await clock.advance(1_000)
    expect(await rota.get(job)).toMatchObject({ state: 'completed', result: 1, headers: {} })
    expect(named('idle')).toEqual([])
  })

  it('carry nothing with telemetry switched off, and attempts have no spans, whatever is registered', async () => {
    trace.setGlobalTracerProvider(tracer)
    const silent = makeRota([idle], { telemetry: false })
    const job = await within('request', () => silent.enqueue(idle, undefined))
    await silent.startWorker()
    await clock.advance(1_000)
    expect((await silent.get(job))?.headers).toEqual({})
    expect(named('idle')).toEqual([])
    const heard = makeRota([idle], { telemetry: undefined })
    await heard.enqueue(idle, undefined)
    await heard.startWorker()
    await clock.advance(1_000)
    expect(named('idle')).toHaveLength(1)
  })
})

describe('createRota({ telemetry })', () => {
  it.each([
    [null, /telemetry: expected false or an object of providers, got null/],
    [true, /telemetry: expected false or an object of providers, got boolean/],
    [{ meter: 1 }, /telemetry: expected options among meterProvider, tracerProvider, got "meter"/],
    [{ meterProvider: {} }, /meterProvider: expected an object with getMeter\(\), got object/],
    [{ tracerProvider: null }, /tracerProvider: expected an object with getTracer\(\), got object/],
  ])('refuses %j', (telemetry, message) => {
    expect(() => createRota({ url: 'memory:', telemetry: telemetry as never })).toThrow(message)
  })
})
