import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { Deferred } from './deferred.js'
import { Loop } from './loop.js'
import type { LoopOptions, TickOutcome } from './loop.js'

const START = Date.UTC(2025, 0, 1)

/** A loop over `tick`, the instants of its ticks, and what it reported. */
function looping(tick: LoopOptions['tick'], options: Partial<LoopOptions> = {}) {
  const clock = new FakeClock(START)
  const ticks: number[] = []
  const errors: [string, number][] = []
  const loop = new Loop({
    clock,
    random: { next: () => 0 },
    tick: (signal) => {
      ticks.push(clock.now() - START)
      return tick(signal)
    },
    onError: (error, { delayMs }) => errors.push([String(error), delayMs]),
    ...options,
  })
  const controller = new AbortController()
  return { clock, ticks, errors, loop, controller, ended: loop.run(controller.signal) }
}

test('a loop ticks when its last tick said, and ends when told to', async () => {
  const next = [10, 10, 500]
  const { clock, ticks, controller, ended } = looping(async () => ({ nextAt: START + (next.shift() ?? 86_400_000) }))
  await clock.advance(1000)
  expect(ticks).toEqual([0, 10, 10, 500])
  controller.abort()
  await ended
  expect(clock.timers).toEqual([])
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
})

test('without a next instant it waits to be woken, and any number of wake-ups make one tick', async () => {
  const { clock, ticks, loop, controller, ended } = looping(async () => ({ nextAt: null }))
  await clock.advance(1_000_000)
  expect(ticks).toEqual([0])
  loop.wake()
  loop.wake()
  await clock.settle()
  expect(ticks).toEqual([0, 1_000_000])
  controller.abort()
  await ended
})

test('a wake-up cuts a rest short and during a tick makes another one, never two at once', async () => {
  const gates: Deferred<TickOutcome>[] = []
  const { clock, ticks, loop, controller, ended } = looping(() => {
    const gate = new Deferred<TickOutcome>()
    gates.push(gate)
    return gate.promise
  })
  loop.wake()
  loop.wake()
  await clock.settle()
  expect(ticks).toHaveLength(1)
  gates[0]?.resolve({ nextAt: START + 1000 })
  await clock.settle()
  expect(ticks).toEqual([0, 0])
  gates[1]?.resolve({ nextAt: START + 1000 })
  await clock.advance(300)
  loop.wake()
  await clock.settle()
  expect(ticks).toEqual([0, 0, 300])
  controller.abort()
  gates[2]?.resolve({ nextAt: null })
  await ended
})

test('a tick that throws is reported and tried again ever later; wake-ups do not hurry it; success starts over', async () => {
  let healthy = false
  const { clock, ticks, errors, loop, controller, ended } = looping(async () => {
    if (!healthy) throw new Error('store is away')
    return { nextAt: null }
  })
  await clock.advance(50)
  loop.wake()
  await clock.advance(650)
  expect(ticks).toEqual([0, 100, 300, 700])
  expect(errors.map(([, delayMs]) => delayMs)).toEqual([100, 200, 400, 800])
  healthy = true
  await clock.advance(800)
  healthy = false
  loop.wake()
  await clock.settle()
  expect(errors.at(-1)).toEqual(['Error: store is away', 100])
  controller.abort()
  await ended
})

test('the rest after errors is bounded and spread over its upper half', async () => {
  const { clock, errors, controller, ended } = looping(() => Promise.reject(new Error('x')), {
    random: { next: () => 0.999 },
  })
  await clock.advance(600_000)
  expect(errors[0]?.[1]).toBe(51)
  expect(errors.at(-1)?.[1]).toBe(15_015)
  controller.abort()
  await ended
})

test('a tick that stops because it was told to has not failed; another error at the end is told', async () => {
  const stopping = looping(
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  stopping.controller.abort(new Error('stop'))
  await stopping.ended
  expect(stopping.errors).toEqual([])
  const gate = new Deferred<TickOutcome>()
  const failing = looping(() => gate.promise)
  failing.controller.abort()
  gate.reject(new Error('real'))
  await failing.ended
  expect(failing.errors).toHaveLength(1)
})

test('a loop does not run twice at once, and not at all once aborted', async () => {
  const { loop, controller, ended, ticks } = looping(async () => ({ nextAt: null }))
  await expect(loop.run(new AbortController().signal)).rejects.toThrow(TypeError)
  controller.abort()
  await ended
  await loop.run(AbortSignal.abort())
  expect(ticks).toHaveLength(1)
})

test('a tick that is always due leaves the event loop its turns', async () => {
  const { controller, ended, ticks } = looping(async () => ({ nextAt: 0 }))
  await new Promise((resolve) => setImmediate(resolve))
  controller.abort()
  await ended
  expect(ticks.length).toBeLessThan(10)
})
