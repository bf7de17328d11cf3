import type { Meter, MeterProvider, Span, Tracer, TracerProvider } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { valueOf } from '../../test/observe/samples.js'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { MetricsText } from '../cli/metrics-text.js'
import type { Clock } from '../model/clock.js'
import { task } from '../model/task-definition.js'
import { LiveTelemetry } from '../observe/live-telemetry.js'

const broken = (): never => {
  throw new Error('an SDK that is broken')
}

describe('a worker that is observed', () => {
  it('tells when the event loop stands still', async () => {
    const figures = new MetricsText('rota')
    const rig = new WorkerRig()
    const telemetry = new LiveTelemetry({ meterProvider: figures.provider })
    let blockedMs = 0
    const blocks = task('blocks', () => void (blockedMs = 15_000))
    const worker = await rig.started([blocks], { telemetry, clock: clockThatIsBlocked(rig.clock, () => blockedMs) })
    expect(valueOf(await figures.read(), 'rota_worker_stalls_total')).toBe(0)
    await rig.enqueue(blocks)
    await rig.clock.advance(1_000)
    expect(rig.ofType('stall')).toHaveLength(1)
    expect(valueOf(await figures.read(), 'rota_worker_stalls_total')).toBe(1)
    await worker.stop()
    await figures.close()
  })

  it('has no load to tell of once it has stopped', async () => {
    const figures = new MetricsText('rota')
    const rig = new WorkerRig()
    const telemetry = new LiveTelemetry({ meterProvider: figures.provider })
    const worker = await rig.started([task('idle', () => 1)], { telemetry })
    expect(valueOf(await figures.read(), 'rota_worker_running')).toBe(0)
    await worker.stop()
    expect(valueOf(await figures.read(), 'rota_worker_running')).toBeUndefined()
    await figures.close()
  })

  it('runs its jobs all the same when whoever listens fails at everything', async () => {
    const rig = new WorkerRig()
    const hello = task('hello', async () => 'hello')
    const fails = task('fails', { maxTries: 1, run: broken })
    const span = { spanContext: broken, isRecording: () => true, setAttribute: broken, end: broken } as unknown as Span
    const tracers: readonly Tracer[] = [
      { startSpan: broken, startActiveSpan: broken },
      { startSpan: () => span, startActiveSpan: broken },
    ]
    for (const tracer of tracers) {
      const tracerProvider: TracerProvider = { getTracer: () => tracer }
      const worker = await rig.started([hello, fails], { telemetry: telemetryOf(tracerProvider) })
      const ids = [await rig.enqueue(hello), await rig.enqueue(fails)]
      await rig.clock.advance(1_000)
      const jobs = await Promise.all(ids.map((id) => rig.job(id)))
      expect(jobs.map(({ state }) => state)).toEqual(['completed', 'failed'])
      expect(jobs[0]?.result?.json).toBe('"hello"')
      await worker.stop()
    }
  })
})

/** What a handler that computes for so long makes of a clock: its timers have not turned, and it is later. */
function clockThatIsBlocked(clock: Clock, blockedMs: () => number): Clock {
  return {
    now: () => clock.now() + blockedMs(),
    monotonic: () => clock.monotonic() + blockedMs(),
    setTimer: (at, fire) => clock.setTimer(at - blockedMs(), fire),
    defer: (fire) => clock.defer(fire),
    sleep: (length, signal) => clock.sleep(length, signal),
  }
}

function telemetryOf(tracerProvider: TracerProvider): LiveTelemetry {
  const observable = { addCallback: () => undefined }
  const meter = {
    createHistogram: () => ({ record: broken }),
    createObservableCounter: () => observable,
    createObservableGauge: () => observable,
  } as unknown as Meter
  const meterProvider: MeterProvider = { getMeter: () => meter }
  return new LiveTelemetry({ meterProvider, tracerProvider })
}
