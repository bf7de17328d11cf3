import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { withDeadline } from './deadline.js'

const reason = (): Error => new Error('no answer in 5 s')

test('a call that is in time passes its value on and leaves neither timer nor listener', async () => {
  const clock = new FakeClock()
  const { signal } = new AbortController()
  await expect(withDeadline({ clock, lengthMs: 5000, reason, signal }, async () => 7)).resolves.toBe(7)
  await expect(
    withDeadline({ clock, lengthMs: 5000, reason, signal }, () => Promise.reject(new Error('broken'))),
  ).rejects.toThrow('broken')
  await clock.settle()
  expect(clock.timers).toEqual([])
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('a call that does not answer is given up when its time is over, and its signal says so', async () => {
  const clock = new FakeClock()
  let seen: AbortSignal | undefined
  const call = withDeadline({ clock, lengthMs: 5000, reason }, (signal) => {
    seen = signal
    return new Promise(() => undefined)
  })
  const outcome = expect(call).rejects.toThrow('no answer in 5 s')
  await clock.advance(4999)
  expect(seen?.aborted).toBe(false)
  await clock.advance(1)
  await outcome
  expect(seen?.aborted).toBe(true)
})

test('the abort of the caller passes through, before and during the call', async () => {
  const clock = new FakeClock()
  const controller = new AbortController()
  const options = { clock, lengthMs: 5000, reason, signal: controller.signal }
  const call = withDeadline(options, () => new Promise(() => undefined))
  controller.abort('caller left')
  await expect(call).rejects.toBe('caller left')
  let called = false
  const late = withDeadline(options, async () => (called = true))
  await expect(late).rejects.toBe('caller left')
  expect(called).toBe(false)
})
