import { expect, test } from 'vitest'
import type { Clock } from '../../model/clock.js'
import { FakeClock } from '../../time/fake-clock.js'
import { Throttle } from './throttle.js'

test('the first ask runs at once', () => {
  const { throttle, runs } = newThrottle()
  throttle.ask()
  expect(runs).toEqual([0])
})

test('a burst runs once at once and once when the gap is over', async () => {
  const { throttle, runs, clock } = newThrottle()
  for (let asks = 0; asks < 100; asks += 1) throttle.ask()
  expect(runs).toEqual([0])
  await clock.advance(100)
  expect(runs).toEqual([0, 10])
})

test('however asks are spread, no gap is shorter and a run follows the last one', async () => {
  const { throttle, runs, clock } = newThrottle()
  for (let ask = 0; ask < 40; ask += 1) {
    throttle.ask()
    await clock.advance(3)
  }
  const lastAsk = clock.monotonic() - 3
  await clock.advance(10)
  expect(runs.every((at, place) => place === 0 || at - runs[place - 1]! >= 10)).toBe(true)
  expect(runs.at(-1)).toBeGreaterThanOrEqual(lastAsk)
  expect(runs.length).toBeGreaterThanOrEqual(11)
})

test('stopping runs what waits, and nothing afterwards', async () => {
  const { throttle, runs, clock } = newThrottle()
  throttle.ask()
  throttle.ask()
  throttle.stop()
  expect(runs).toEqual([0, 0])
  throttle.stop()
  throttle.ask()
  await clock.advance(100)
  expect(runs).toEqual([0, 0])
})

test('stopping runs nothing when nothing waits', () => {
  const { throttle, runs } = newThrottle()
  throttle.ask()
  throttle.stop()
  expect(runs).toEqual([0])
})

test('asking is enough when no timer gets its turn', async () => {
  const clock = new FakeClock()
  const runs: number[] = []
  const throttle = new Throttle({ ...starved, monotonic: () => clock.monotonic() }, 10, () =>
    runs.push(clock.monotonic()),
  )
  for (let ask = 0; ask < 5; ask += 1) {
    throttle.ask()
    throttle.ask()
    await clock.advance(9)
  }
  expect(runs).toEqual([0, 18, 36])
})

/** A clock whose timers never fire. */
const starved: Clock = {
  now: () => 0,
  monotonic: () => 0,
  setTimer: () => ({ cancel: () => undefined, unref: () => undefined }),
  defer: () => undefined,
  sleep: () => new Promise(() => undefined),
}

function newThrottle(): { throttle: Throttle; runs: number[]; clock: FakeClock } {
  const clock = new FakeClock()
  const runs: number[] = []
  return { throttle: new Throttle(clock, 10, () => runs.push(clock.monotonic())), runs, clock }
}
