import { expect, test } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { Deferred } from './deferred.js'
import { Service } from './service.js'
import type { ServiceOptions } from './service.js'

function serving(options: Partial<ServiceOptions> = {}) {
  const clock = new FakeClock()
  const calls: string[] = []
  const work = new Deferred()
  const seen = { signal: undefined as AbortSignal | undefined }
  const service = new Service({
    clock,
    what: 'worker "mail"',
    start: async (signal) => {
      calls.push('start')
      seen.signal = signal
    },
    drain: async () => {
      calls.push('drain')
      await work.promise
    },
    graceMs: 1000,
    abandonMs: 100,
    ...options,
  })
  return { clock, calls, work, seen, service }
}

test('starting twice starts once, stopping twice stops once', async () => {
  const { service, calls, work, clock } = serving()
  await Promise.all([service.start(), service.start()])
  const stops = [service.stop(), service.stop()]
  work.resolve()
  expect(await Promise.all(stops)).toEqual(['drained', 'drained'])
  expect(calls).toEqual(['start', 'drain'])
  await clock.settle()
  expect(clock.timers).toEqual([])
})

test('stopping before starting leaves nothing to start', async () => {
  const { service, calls } = serving()
  expect(await service.stop()).toBe('drained')
  await expect(service.start()).rejects.toThrow('worker "mail" was stopped, expected a new one to be started')
  expect(calls).toEqual([])
})

test('stopping while it starts waits for the start', async () => {
  const starting = new Deferred()
  const { service, calls, work } = serving({ start: () => starting.promise })
  const started = service.start()
  const stopped = service.stop()
  work.resolve()
  await Promise.resolve()
  expect(calls).toEqual([])
  starting.resolve()
  await started
  expect(await stopped).toBe('drained')
  expect(calls).toEqual(['drain'])
})

test('work that outlives the grace is aborted with a reason', async () => {
  const { service, seen, work, clock } = serving()
  await service.start()
  const stopped = service.stop()
  await clock.advance(999)
  expect(seen.signal?.aborted).toBe(false)
  await clock.advance(1)
  expect(String(seen.signal?.reason)).toBe('Error: worker "mail" is stopping and its grace is over')
  work.resolve()
  expect(await stopped).toBe('aborted')
})

test('work that ignores even that is abandoned, and a late failure of it is not unhandled', async () => {
  const { service, work, clock } = serving()
  await service.start()
  const stopped = service.stop()
  await clock.advance(1100)
  expect(await stopped).toBe('abandoned')
  work.reject(new Error('much later'))
  await clock.settle()
})

test('a second stop can shorten the grace but not lengthen it', async () => {
  const { service, seen, work, clock } = serving()
  await service.start()
  const stopped = service.stop()
  void service.stop({ graceMs: 60_000 })
  void service.stop({ graceMs: 0 })
  await clock.settle()
  expect(seen.signal?.aborted).toBe(true)
  work.resolve()
  expect(await stopped).toBe('aborted')
})

test('a start that fails is told to every caller, aborts what it began, and leaves it stopped', async () => {
  const failure = new Error('no store')
  const seen: AbortSignal[] = []
  const { service, calls } = serving({
    start: async (signal) => {
      seen.push(signal)
      throw failure
    },
  })
  const first = service.start()
  const second = service.start()
  await expect(first).rejects.toBe(failure)
  await expect(second).rejects.toBe(failure)
  expect(seen[0]?.reason).toBe(failure)
  expect(await service.stop()).toBe('drained')
  await expect(service.start()).rejects.toThrow('was stopped')
  expect(calls).toEqual([])
})

test('a drain that fails fails the stop', async () => {
  const { service, work } = serving()
  await service.start()
  work.reject(new Error('cannot drain'))
  await expect(service.stop()).rejects.toThrow('cannot drain')
})

test('disposing stops', async () => {
  const { service, work, calls } = serving()
  await service.start()
  work.resolve()
  await service[Symbol.asyncDispose]()
  expect(calls).toEqual(['start', 'drain'])
})
