import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { abortable, onAbort } from './abortable.js'
import { Deferred } from './deferred.js'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

test('without a signal the promise itself is returned', () => {
  const promise = Promise.resolve(1)
  expect(abortable(promise, undefined)).toBe(promise)
})

test('value and error pass through, and no listener stays on the signal', async () => {
  const { signal } = new AbortController()
  const work = new Deferred<number>()
  const failing = new Deferred<number>()
  const waits = [abortable(work.promise, signal), abortable(failing.promise, signal)]
  expect(listeners(signal)).toBe(2)
  work.resolve(5)
  failing.reject(new Error('broken'))
  await expect(waits[0]).resolves.toBe(5)
  await expect(waits[1]).rejects.toThrow('broken')
  expect(listeners(signal)).toBe(0)
})

test('an abort rejects at once with its reason, and a late failure of the work is not unhandled', async () => {
  const controller = new AbortController()
  const work = new Deferred()
  const wait = abortable(work.promise, controller.signal)
  controller.abort('enough')
  await expect(wait).rejects.toBe('enough')
  work.reject(new Error('too late'))
  await expect(abortable(Promise.resolve(1), controller.signal)).rejects.toBe('enough')
})

test('a thousand waits on one signal bring no warning of a leak', async () => {
  const warn = vi.spyOn(process, 'emitWarning')
  const { signal } = new AbortController()
  const work = new Deferred()
  const waits = Array.from({ length: 1000 }, () => abortable(work.promise, signal))
  work.resolve()
  await Promise.all(waits)
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})

test('a listener hears one abort, none after it stopped listening, and at once when it is too late', () => {
  const controller = new AbortController()
  const heard: unknown[] = []
  const stop = onAbort(controller.signal, () => heard.push('stopped'))
  onAbort(controller.signal, (reason) => heard.push(reason))
  onAbort(undefined, () => heard.push('nothing to hear'))()
  stop()
  controller.abort('now')
  onAbort(controller.signal, () => heard.push('late'))()
  expect(heard).toEqual(['now', 'late'])
})
