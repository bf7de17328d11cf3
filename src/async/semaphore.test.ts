import { expect, test } from 'vitest'
import { Semaphore } from './semaphore.js'

test('so many enter, the others wait in their order', async () => {
  const semaphore = new Semaphore(2)
  const entered: number[] = []
  const enter = async (who: number): Promise<void> => {
    await semaphore.acquire()
    entered.push(who)
  }
  const all = Promise.all([1, 2, 3, 4].map(enter))
  await Promise.resolve()
  await Promise.resolve()
  expect([entered, semaphore.free, semaphore.waiting]).toEqual([[1, 2], 0, 2])
  semaphore.release()
  semaphore.release()
  await all
  expect(entered).toEqual([1, 2, 3, 4])
  semaphore.release()
  semaphore.release()
  expect(semaphore.free).toBe(2)
})

test('trying to enter never waits', () => {
  const semaphore = new Semaphore(1)
  expect([semaphore.tryAcquire(), semaphore.tryAcquire()]).toEqual([true, false])
  semaphore.release()
  expect(semaphore.tryAcquire()).toBe(true)
})

test('a waiter that is aborted leaves nothing behind, the next in line enters', async () => {
  const semaphore = new Semaphore(1)
  await semaphore.acquire()
  const controller = new AbortController()
  const leaving = semaphore.acquire(controller.signal)
  const next = semaphore.acquire()
  controller.abort('left')
  await expect(leaving).rejects.toBe('left')
  expect(semaphore.waiting).toBe(1)
  semaphore.release()
  await next
  await expect(semaphore.acquire(controller.signal)).rejects.toBe('left')
})

test('a permit given in the turn of the abort is not lost', async () => {
  const semaphore = new Semaphore(1)
  await semaphore.acquire()
  const controller = new AbortController()
  const lucky = semaphore.acquire(controller.signal)
  semaphore.release()
  controller.abort('too late')
  await lucky
  semaphore.release()
  expect(semaphore.free).toBe(1)
})

test.each([-1, 1.5, NaN])('%j permits are refused', (permits) => {
  expect(() => new Semaphore(permits)).toThrow('expected 0 or more')
})
