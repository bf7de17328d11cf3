import type { MeterProvider } from '@opentelemetry/api'
import { createRequire } from 'node:module'
import { afterEach, describe, expect, it } from 'vitest'
import { isRegistered } from './registered.js'
import { Telemetry } from './telemetry.js'

const loaded = (): string[] =>
  Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('@opentelemetry'))

const newMeterProvider = async (): Promise<MeterProvider> =>
  new (await import('@opentelemetry/sdk-metrics')).MeterProvider()

describe('telemetry', () => {
  afterEach(async () => {
    const { metrics, trace } = await import('@opentelemetry/api')
    metrics.disable()
    trace.disable()
  })

  // The first test of this file: it looks at what the process has loaded so far.
  it('does not load OpenTelemetry while nobody listens', async () => {
    const telemetry = new Telemetry()
    expect(telemetry.live).toBeNull()
    expect(loaded()).toEqual([])
    await import('@opentelemetry/api')
    expect(loaded()).not.toEqual([])
    expect(telemetry.live).toBeNull()
  })

  it('finds what a program registers with the API, whenever it does, and each signal by itself', async () => {
    const { metrics, trace } = await import('@opentelemetry/api')
    const { MemoryTracer } = await import('../../test/observe/memory-tracer.js')
    const telemetry = new Telemetry()
    expect(telemetry.live).toBeNull()
    trace.setGlobalTracerProvider(new MemoryTracer())
    expect([isRegistered('trace'), isRegistered('metrics')]).toEqual([true, false])
    const live = await telemetry.live
    expect(telemetry.live).toBe(live)
    expect(live?.tracer).not.toBeNull()
    expect(live?.meters).toBeNull()
    metrics.setGlobalMeterProvider(await newMeterProvider())
    expect(isRegistered('metrics')).toBe(true)
    expect(live?.meters).not.toBeNull()
  })

  it('takes the providers that it was given, with nothing registered', async () => {
    const live = await new Telemetry({ meterProvider: await newMeterProvider() }).live
    expect(live?.meters).not.toBeNull()
    expect(live?.tracer).toBeNull()
    expect(live?.traceHeaders()).toBeNull()
  })

  it('uses one set of instruments for one provider, however many rotas a program has', async () => {
    const meterProvider = await newMeterProvider()
    const first = await new Telemetry({ meterProvider }).live
    const second = await new Telemetry({ meterProvider }).live
    const other = await new Telemetry({ meterProvider: await newMeterProvider() }).live
    expect(first?.meters).toBe(second?.meters)
    expect(first?.meters).not.toBe(other?.meters)
  })

  it('is silent when it is switched off, whatever is registered', async () => {
    const { metrics } = await import('@opentelemetry/api')
    metrics.setGlobalMeterProvider(await newMeterProvider())
    expect(new Telemetry().live).not.toBeNull()
    expect(new Telemetry(false).live).toBeNull()
  })
})
