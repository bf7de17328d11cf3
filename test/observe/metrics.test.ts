import { metrics } from '@opentelemetry/api'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { whileTimePasses } from '../while-time-passes.js'
import { createRota } from '../../src/app/create-rota.js'
import type { Rota } from '../../src/app/rota.js'
import { memory } from '../../src/backends/memory/memory-backend.js'
import { sqlite } from '../../src/backends/sqlite/sqlite-backend.js'
import { MetricsText } from '../../src/cli/metrics-text.js'
import { TerminateError } from '../../src/model/errors.js'
import { task } from '../../src/model/task-definition.js'
import type { Backend } from '../../src/port/backend.js'
import { faultyBackend } from '../../src/testing/faulty-backend.js'
import { FakeClock } from '../../src/time/fake-clock.js'
import { samplesOf, valueOf } from './samples.js'

const SECOND = 1_000

let clock: FakeClock
let folder: string
let figures: MetricsText
let open: Rota[]

beforeEach(() => {
  clock = new FakeClock()
  folder = mkdtempSync(join(tmpdir(), 'rota-metrics-'))
  figures = new MetricsText('rota')
  open = []
})

afterEach(async () => {
  for (const rota of open) await whileTimePasses(clock, rota.close())
  await figures.close()
  rmSync(folder, { recursive: true })
})

const double = task('double', { queue: 'math', run: (n: number) => 2 * n })
const flaky = task('flaky', {
  queue: 'math',
  backoff: 'fixed',
  run: (_input: undefined, { job }) => {
    if (job.attempt === 1) throw new Error('not yet')
  },
})
const hopeless = task('hopeless', () => {
  throw new TerminateError('never')
})

function makeRota(backend: Backend): Rota {
  const telemetry = { meterProvider: figures.provider }
  const rota = createRota({ backend, clock, tasks: [double, flaky, hopeless], telemetry })
  open.push(rota)
  return rota
}

const stores: readonly (readonly [name: string, make: () => Backend])[] = [
  ['memory', () => memory({ clock })],
  ['sqlite', () => sqlite({ file: join(folder, 'rota.db'), clock })],
]

describe.each(stores)('on %s', (_name, makeStore) => {
  it('three fires are counted as three, with their lateness (case E-44)', async () => {
    const rota = makeRota(makeStore())
    await rota.schedule('often', 'every 10s', double, 4)
    await rota.startScheduler()
    await clock.settle()
    expect(valueOf(await figures.read(), 'rota_scheduler_fired_total', { schedule: 'often' })).toBe(0)
    const from = clock.now()
    for (let fired = 1; fired <= 3; fired++) {
      await clock.advance(10 * SECOND)
      await clock.settle()
      expect(valueOf(await figures.read(), 'rota_scheduler_fired_total', { schedule: 'often' })).toBe(fired)
    }
    expect(clock.now() - from).toBe(30 * SECOND)
    const text = await figures.read()
    expect(valueOf(text, 'rota_scheduler_lateness_seconds_count')).toBe(3)
    expect(valueOf(text, 'rota_scheduler_lateness_seconds_bucket', { le: '0.001' })).toBe(3)
    expect(valueOf(text, 'rota_scheduler_late_total')).toBeUndefined()
    const [record] = await rota.schedules.list()
    expect(record?.fired).toBe(3)
  })

  it('ticks that came due while nobody looked are late and skipped', async () => {
    const rota = makeRota(makeStore())
    await rota.schedule('often', 'every 10s', double, 4)
    await clock.advance(35 * SECOND)
    await rota.startScheduler()
    await clock.settle()
    const text = await figures.read()
    expect(valueOf(text, 'rota_scheduler_fired_total')).toBe(1)
    expect(valueOf(text, 'rota_scheduler_late_total', { schedule: 'often' })).toBe(1)
    expect(valueOf(text, 'rota_scheduler_skipped_total', { schedule: 'often', reason: 'missed' })).toBe(2)
    expect(valueOf(text, 'rota_scheduler_lateness_seconds_sum')).toBeGreaterThanOrEqual(5)
  })

  it('jobs are counted from their enqueue to their end', async () => {
    const rota = makeRota(makeStore())
    await rota.enqueue(double, 1, { unique: 'one' })
    await rota.enqueue(double, 1, { unique: 'one' })
    await rota.enqueue([double.with(2), flaky.with(undefined), hopeless.with(undefined)])
    await clock.advance(7 * SECOND)
    await rota.startWorker()
    await clock.advance(3_600 * SECOND)
    const text = await figures.read()
    const labels = { queue: 'math', task: 'double' }
    expect(valueOf(text, 'rota_client_enqueued_total', labels)).toBe(2)
    expect(valueOf(text, 'rota_client_duplicates_total', labels)).toBe(1)
    expect(valueOf(text, 'rota_worker_started_total', labels)).toBe(2)
    expect(valueOf(text, 'rota_worker_settled_total', { ...labels, outcome: 'complete' })).toBe(2)
    expect(valueOf(text, 'rota_worker_run_duration_seconds_count', labels)).toBe(2)
    expect(valueOf(text, 'rota_worker_started_total', { task: 'flaky' })).toBe(2)
    expect(valueOf(text, 'rota_worker_settled_total', { task: 'flaky', outcome: 'retry' })).toBe(1)
    expect(valueOf(text, 'rota_worker_failed_total', { task: 'flaky', reason: 'retried' })).toBe(1)
    expect(valueOf(text, 'rota_worker_failed_total', { task: 'hopeless', reason: 'terminated' })).toBe(1)
    expect(valueOf(text, 'rota_worker_settled_total', { task: 'hopeless', outcome: 'fail' })).toBe(1)
    // Three of the queue waited for the worker, and one try for the first; each at least the 7 s before it began.
    expect(valueOf(text, 'rota_worker_wait_duration_seconds_count', { queue: 'math' })).toBe(4)
    expect(valueOf(text, 'rota_worker_wait_duration_seconds_bucket', { queue: 'math', le: '5' })).toBe(1)
    expect(valueOf(text, 'rota_worker_wait_duration_seconds_bucket', { queue: 'math', le: '10' })).toBe(4)
    expect(valueOf(text, 'rota_worker_batch_size_sum', { call: 'claim' })).toBe(5)
    expect(valueOf(text, 'rota_worker_batch_size_sum', { call: 'settle' })).toBe(5)
    expect(valueOf(text, 'rota_worker_running')).toBe(0)
    expect(valueOf(text, 'rota_worker_waiting')).toBe(0)
  })

  it('the store tells its queues when somebody collects, at most once a second, until all is stopped', async () => {
    const store = faultyBackend(makeStore())
    const looks = (): number => store.calls.filter((call) => call === 'inspector.counts').length
    const rota = makeRota(store.backend)
    await rota.startScheduler()
    await rota.enqueue([double.with(1), double.with(2), flaky.with(undefined)])
    await rota.enqueue(hopeless, undefined, { delay: '1 hour' })
    await clock.advance(5 * SECOND)
    const first = await figures.read()
    expect(valueOf(first, 'rota_queue_jobs', { queue: 'math', state: 'pending' })).toBe(3)
    expect(valueOf(first, 'rota_queue_jobs', { queue: 'default', state: 'pending' })).toBe(1)
    expect(valueOf(first, 'rota_queue_lag_seconds', { queue: 'math' })).toBeGreaterThanOrEqual(5)
    expect(valueOf(first, 'rota_queue_lag_seconds', { queue: 'default' })).toBeUndefined()
    expect(looks()).toBe(1)
    await figures.read()
    expect(looks()).toBe(1)
    await clock.advance(SECOND)
    await figures.read()
    expect(looks()).toBe(2)
    await whileTimePasses(clock, rota.stop())
    const last = await figures.read()
    expect(samplesOf(last).filter(({ name }) => name.startsWith('rota_queue'))).toEqual([])
    expect(valueOf(last, 'rota_client_enqueued_total', { task: 'double' })).toBe(2)
  })
})

describe('trouble', () => {
  it('with the store is counted by call, and its queues are left out while it does not answer', async () => {
    const store = faultyBackend(memory({ clock }))
    const rota = makeRota(store.backend)
    await rota.enqueue(hopeless, undefined, { delay: '1 minute' })
    await rota.startWorker()
    await clock.settle()
    expect(valueOf(await figures.read(), 'rota_queue_jobs', { state: 'pending' })).toBe(1)
    const failing = store.inject({ kind: 'fail-before', on: 'jobs.claim', times: Infinity })
    const hanging = store.inject({ kind: 'hang-before', on: 'inspector.counts', times: Infinity })
    await clock.advance(61 * SECOND)
    const failures = failing.hits
    expect(failures).toBeGreaterThan(0)
    const reading = figures.read()
    await clock.advance(SECOND)
    const text = await reading
    expect(hanging.hits).toBe(1)
    expect(valueOf(text, 'rota_worker_store_errors_total', { call: 'claim' })).toBe(failures)
    expect(valueOf(text, 'rota_queue_jobs', { state: 'pending' })).toBeUndefined()
    failing.remove()
    hanging.remove()
  })

  it('with the store is counted for schedulers too', async () => {
    const store = faultyBackend(memory({ clock }))
    const rota = makeRota(store.backend)
    const failing = store.inject({ kind: 'fail-before', on: ['schedules.due', 'schedules.list'], times: 2 })
    await rota.startScheduler()
    await clock.advance(60 * SECOND)
    expect(failing.hits).toBe(2)
    expect(valueOf(await figures.read(), 'rota_scheduler_errors_total', { reason: 'store' })).toBe(2)
  })

  it('with a lease is counted, and nothing is settled under it', async () => {
    const ends: (() => void)[] = []
    const slow = task('slow', () => new Promise<void>((resolve) => ends.push(resolve)))
    const store = faultyBackend(memory({ clock }))
    const telemetry = { meterProvider: figures.provider }
    const rota = createRota({ backend: store.backend, clock, tasks: [slow], telemetry })
    open.push(rota)
    await rota.enqueue(slow, undefined)
    await rota.startWorker()
    await clock.settle()
    expect(valueOf(await figures.read(), 'rota_worker_running')).toBe(1)
    const silent = store.inject({ kind: 'fail-before', on: 'jobs.extend', times: Infinity })
    await clock.advance(31 * SECOND)
    silent.remove()
    expect(ends).toHaveLength(2) // the worker has claimed the job again
    for (const end of ends) end()
    await clock.advance(60 * SECOND)
    const text = await figures.read()
    expect(valueOf(text, 'rota_worker_leases_lost_total', { queue: 'default', task: 'slow' })).toBe(1)
    expect(valueOf(text, 'rota_worker_started_total', { task: 'slow' })).toBe(2)
    expect(valueOf(text, 'rota_worker_settled_total', { task: 'slow' })).toBe(1)
  })
})

it('a program that only enqueues is counted, and its store is not read', async () => {
  const store = faultyBackend(memory({ clock }))
  const rota = makeRota(store.backend)
  await rota.enqueue(double, 1)
  await rota.enqueue([double.with(2), double.with(3)])
  const text = await figures.read()
  expect(valueOf(text, 'rota_client_enqueued_total', { queue: 'math', task: 'double' })).toBe(3)
  expect(store.calls.filter((call) => call.startsWith('inspector'))).toEqual([])
  expect(samplesOf(text).filter(({ name }) => !name.startsWith('rota_client_'))).toEqual([])
})

it('a listener of the program hears what it asked for and no more', async () => {
  const heard: string[] = []
  const telemetry = { meterProvider: figures.provider }
  const listen = { onEvent: ({ type }: { readonly type: string }) => void heard.push(type) }
  const parts = { backend: memory({ clock }), clock, tasks: [hopeless], telemetry }
  const rota = createRota({ ...parts, worker: listen, scheduler: listen })
  open.push(rota)
  await rota.schedule('often', 'every 10s', hopeless)
  await rota.start()
  await clock.advance(11 * SECOND)
  expect(heard).toContain('fired')
  expect(heard).toContain('failed')
  expect(heard).not.toContain('started')
  expect(heard).not.toContain('ended')
})

it('a program that has registered an SDK gets its figures by doing nothing, from its first job', async () => {
  metrics.setGlobalMeterProvider(figures.provider)
  try {
    const rota = createRota({ backend: memory({ clock }), clock, tasks: [double] })
    open.push(rota)
    await rota.enqueue(double, 1)
    await rota.startWorker()
    await clock.advance(SECOND)
    const text = await figures.read()
    expect(valueOf(text, 'rota_client_enqueued_total', { task: 'double' })).toBe(1)
    expect(valueOf(text, 'rota_worker_settled_total', { task: 'double', outcome: 'complete' })).toBe(1)
  } finally {
    metrics.disable()
  }
})
