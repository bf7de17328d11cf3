import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from './system-clock.js'

const HOUR = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

test('a timer fires when the wall clock has arrived, however far away that is', () => {
  const fire = vi.fn()
  systemClock.setTimer(1_000_000 + 1000 * HOUR, fire)
  vi.advanceTimersByTime(1000 * HOUR - 1)
  expect(fire).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(fire).toHaveBeenCalledTimes(1)
})

test('a wall clock that is set forward is noticed within 30 seconds', () => {
  const fire = vi.fn()
  systemClock.setTimer(1_000_000 + HOUR, fire)
  vi.setSystemTime(1_000_000 + 2 * HOUR)
  vi.advanceTimersByTime(30_000)
  expect(fire).toHaveBeenCalledTimes(1)
})

test('a wall clock that is set back delays a timer but not a sleep', async () => {
  const fire = vi.fn()
  const slept = vi.fn()
  systemClock.setTimer(1_000_000 + 10_000, fire)
  const sleeping = systemClock.sleep(10_000).then(slept)
  vi.setSystemTime(1_000_000 - HOUR)
  await vi.advanceTimersByTimeAsync(10_000)
  await sleeping
  expect(slept).toHaveBeenCalledTimes(1)
  expect(fire).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(HOUR)
  expect(fire).toHaveBeenCalledTimes(1)
})

test('a timer in the past fires in a later turn, not at once', () => {
  const fire = vi.fn()
  systemClock.setTimer(0, fire)
  expect(fire).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(fire).toHaveBeenCalledTimes(1)
})

test('a cancelled timer never fires, and cancelling again does no harm', () => {
  const fire = vi.fn()
  const timer = systemClock.setTimer(1_000_000 + 100_000, fire)
  vi.advanceTimersByTime(60_000)
  timer.cancel()
  timer.cancel()
  timer.unref()
  vi.advanceTimersByTime(HOUR)
  expect(fire).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('an aborted sleep rejects with the reason and leaves no timer behind', async () => {
  const controller = new AbortController()
  const sleeping = systemClock.sleep(HOUR, controller.signal)
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(sleeping).rejects.toBe(reason)
  expect(vi.getTimerCount()).toBe(0)
  await expect(systemClock.sleep(HOUR, controller.signal)).rejects.toBe(reason)
})

test('a finished sleep leaves no listener on its signal', async () => {
  const { signal } = new AbortController()
  const removed = vi.spyOn(signal, 'removeEventListener')
  const sleeping = systemClock.sleep(5, signal)
  await vi.advanceTimersByTimeAsync(5)
  await sleeping
  expect(removed).toHaveBeenCalledWith('abort', expect.any(Function))
})

test('an instant that is not a number is a mistake of the caller', () => {
  expect(() => systemClock.setTimer(NaN, () => undefined)).toThrow(TypeError)
  expect(() => systemClock.sleep(NaN)).toThrow(TypeError)
})
