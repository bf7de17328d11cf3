import { trace, type Tracer, type TracerProvider } from '@opentelemetry/api'
import { afterEach, expect, test } from 'vitest'
import type { TaskSpan, TaskTracer } from '../observe/task-span.js'
import { Tasker } from './tasker.js'

/** Keeps what was told about every span, as one list a span. */
class RecordingTracer implements TaskTracer {
  readonly spans: unknown[][] = []

  startActiveSpan<T>(name: string, options: object, run: (span: TaskSpan) => T): T {
    const told: unknown[] = [name, options]
    this.spans.push(told)
    return run({
      recordException: (error) => void told.push(['exception', error]),
      setStatus: (status) => told.push(['status', status]),
      end: () => void told.push('end'),
    })
  }
}

afterEach(() => {
  trace.disable()
})

test('every task has a span with its name, and the fall-through says so', async () => {
  const tracer = new RecordingTracer()
  const tasker = new Tasker((_event, context) => context.tracer, { tracer }).handle('foo', () => 'done')
  await tasker.handler({ _taskName: 'foo' })
  expect(await tasker.handler({ _taskName: 'unrouted' })).toBe(tracer)
  await tasker.handler({ nameless: true })
  expect(tracer.spans).toEqual([
    ['task foo', { attributes: { 'rota.task': 'foo' } }, 'end'],
    ['task unrouted', { attributes: { 'rota.task': 'unrouted', 'rota.fall_through': true } }, 'end'],
    ['task without a name', { attributes: { 'rota.task': 'without a name', 'rota.fall_through': true } }, 'end'],
  ])
})

test('A-13 an error surfaces to the caller and to the tracer', async () => {
  const tracer = new RecordingTracer()
  const error = new Error('broken')
  const thrown: unknown[] = [error, Object.create(null)]
  const tasker = new Tasker(null, { tracer }).handle<{ at: number }>('bad', ({ at }) => {
    throw thrown[at]
  })
  await expect(tasker.handler({ _taskName: 'bad', at: 0 })).rejects.toBe(error)
  await expect(tasker.handler({ _taskName: 'bad', at: 1 })).rejects.toBe(thrown[1])
  const [first, second] = tracer.spans
  expect(first?.slice(2)).toEqual([['exception', error], ['status', { code: 2, message: 'broken' }], 'end'])
  const message = 'object, no Error, was thrown'
  expect(second?.slice(2)).toEqual([['exception', message], ['status', { code: 2, message }], 'end'])
})

test('the tracer that the process has registered with OpenTelemetry is found', async () => {
  const tracer = new RecordingTracer()
  const provider: TracerProvider = { getTracer: () => tracer as unknown as Tracer }
  const tasker = new Tasker().handle('foo', () => 'done')
  await tasker.handler({ _taskName: 'foo' })
  trace.setGlobalTracerProvider(provider)
  expect(await tasker.handler({ _taskName: 'foo' })).toBe('done')
  expect(tracer.spans.map(([name]) => name)).toEqual(['task foo'])
})
