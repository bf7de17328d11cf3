import { expect, it } from 'vitest'
import { valueOf } from '../../test/observe/samples.js'
import { MetricsText } from '../cli/metrics-text.js'
import { metersOf } from './meters.js'

const name = (index: number): string => `queue-${String(index).padStart(3, '0')}`

it('queues beyond the bound are told together, jobs as their sum and lag as the longest', async () => {
  const figures = new MetricsText('rota')
  const queues = Array.from({ length: 203 }, (_, index) => name(index))
  metersOf(figures.provider).store.watch(async () => ({
    jobs: queues.flatMap((queue) => [
      { queue, state: 'pending', count: 2 },
      { queue, state: 'failed', count: 1 },
      { queue, state: 'pending', count: 3 },
    ]),
    lag: queues.map((queue, index) => ({ queue, lagMs: 1_000 * index })),
  }))
  const text = await figures.read()
  expect(valueOf(text, 'rota_queue_jobs', { queue: name(199), state: 'pending' })).toBe(5)
  expect(valueOf(text, 'rota_queue_jobs', { queue: name(200), state: 'pending' })).toBeUndefined()
  expect(valueOf(text, 'rota_queue_jobs', { otel_metric_overflow: 'true', state: 'pending' })).toBe(15)
  expect(valueOf(text, 'rota_queue_jobs', { otel_metric_overflow: 'true', state: 'failed' })).toBe(3)
  expect(valueOf(text, 'rota_queue_lag_seconds', { queue: name(199) })).toBe(199)
  expect(valueOf(text, 'rota_queue_lag_seconds', { otel_metric_overflow: 'true' })).toBe(202)
  await figures.close()
})

it('a queue that is gone is told no more', async () => {
  const figures = new MetricsText('rota')
  let jobs = [{ queue: 'mail', state: 'pending', count: 2 }]
  const unwatch = metersOf(figures.provider).store.watch(async () => ({ jobs, lag: [] }))
  expect(valueOf(await figures.read(), 'rota_queue_jobs', { queue: 'mail' })).toBe(2)
  jobs = []
  expect(valueOf(await figures.read(), 'rota_queue_jobs', { queue: 'mail' })).toBeUndefined()
  jobs = [{ queue: 'mail', state: 'pending', count: 1 }]
  expect(valueOf(await figures.read(), 'rota_queue_jobs', { queue: 'mail' })).toBe(1)
  unwatch()
  expect(valueOf(await figures.read(), 'rota_queue_jobs', { queue: 'mail' })).toBeUndefined()
  await figures.close()
})
