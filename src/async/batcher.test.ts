import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { Batcher } from './batcher.js'
import type { BatcherOptions } from './batcher.js'
import { Deferred } from './deferred.js'

/** A batcher that doubles numbers and notes each flush; `gate` holds flushes back until it is opened. */
function doubling(options: Partial<BatcherOptions<number, number>> = {}) {
  const clock = new FakeClock()
  const flushes: number[][] = []
  const gate = { held: null as Deferred | null }
  const flush = async (items: readonly number[]): Promise<readonly number[]> => {
    flushes.push([...items])
    await gate.held?.promise
    return items.map((item) => 2 * item)
  }
  return { clock, flushes, gate, batcher: new Batcher({ clock, what: 'enqueue', flush, ...options }) }
}

test('what is added in one turn goes out together in the next, each caller gets its own results', async () => {
  const { batcher, flushes } = doubling()
  const results = await Promise.all([batcher.add([1]), batcher.add([2, 3]), batcher.add([])])
  expect(results).toEqual([[2], [4, 6], []])
  expect(flushes).toEqual([[1, 2, 3]])
})

test('one flush at a time: what comes meanwhile gathers and goes out as the next', async () => {
  const { batcher, clock, flushes, gate } = doubling()
  gate.held = new Deferred()
  const first = batcher.add([1])
  await clock.settle()
  const others = [batcher.add([2]), batcher.add([3])]
  await clock.settle()
  expect([flushes, batcher.waiting]).toEqual([[[1]], 2])
  gate.held.resolve()
  gate.held = null
  await Promise.all([first, ...others])
  expect(flushes).toEqual([[1], [2, 3]])
})

test('more flushes may be under way where that is allowed', async () => {
  const { batcher, clock, flushes, gate } = doubling({ concurrency: 2 })
  gate.held = new Deferred()
  const all = [batcher.add([1])]
  await clock.settle()
  all.push(batcher.add([2]))
  await clock.settle()
  all.push(batcher.add([3]))
  await clock.settle()
  expect(flushes).toEqual([[1], [2]])
  gate.held.resolve()
  await Promise.all(all)
  expect(flushes).toEqual([[1], [2], [3]])
})

test('a flush beside another waits until it carries half as many items, or until that one has ended', async () => {
  const { batcher, clock, flushes, gate } = doubling({ concurrency: 2 })
  gate.held = new Deferred()
  const all = [batcher.add([1, 2, 3, 4])]
  await clock.settle()
  all.push(batcher.add([5]))
  await clock.settle()
  expect(flushes).toEqual([[1, 2, 3, 4]])
  all.push(batcher.add([6]))
  await clock.settle()
  expect(flushes).toEqual([
    [1, 2, 3, 4],
    [5, 6],
  ])
  all.push(batcher.add([7]))
  gate.held.resolve()
  await Promise.all(all)
  expect(flushes.at(-1)).toEqual([7])
})

test('a full batch leaves without waiting for the turn, and a caller is never split', async () => {
  const { batcher, flushes } = doubling({ itemsMax: 3 })
  const all = [
    batcher.add([1, 2]),
    batcher.add([3, 4]),
    batcher.add([5]),
    batcher.add([6, 7, 8, 9, 10]),
    batcher.add([11]),
  ]
  expect(flushes).toEqual([[1, 2]])
  await Promise.all(all)
  expect(flushes).toEqual([[1, 2], [3, 4, 5], [6, 7, 8, 9, 10], [11]])
})

test('a batch is bounded in bytes too', async () => {
  const { batcher, flushes } = doubling({ bytesMax: 100, bytesOf: (item) => item })
  await Promise.all([batcher.add([60]), batcher.add([30]), batcher.add([20]), batcher.add([500]), batcher.add([1])])
  expect(flushes).toEqual([[60, 30], [20], [500], [1]])
})

test('an error that everybody shares goes to everybody', async () => {
  const { batcher } = doubling({ flush: () => Promise.reject(new Error('store is away')) })
  const outcomes = await Promise.allSettled([batcher.add([1]), batcher.add([2])])
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))).toEqual([
    'Error: store is away',
    'Error: store is away',
  ])
})

test('an error that may be of one caller is found caller by caller, and only that caller sees it', async () => {
  const flushes: number[][] = []
  const { batcher } = doubling({
    isolate: (error) => error instanceof RangeError,
    flush: async (items) => {
      flushes.push([...items])
      if (items.includes(13)) throw new RangeError('13 is refused')
      return items
    },
  })
  const outcomes = await Promise.allSettled([batcher.add([1, 2]), batcher.add([13]), batcher.add([3])])
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason)))).toEqual([
    [1, 2],
    'RangeError: 13 is refused',
    [3],
  ])
  expect(flushes).toEqual([[1, 2, 13, 3], [1, 2], [13], [3]])
  await expect(batcher.add([13])).rejects.toThrow('13 is refused')
  expect(await batcher.add([4])).toEqual([4])
})

test('a flush that throws before its promise, or answers with too few results, fails its callers and nothing else', async () => {
  let answer: () => Promise<readonly number[]> = () => {
    throw new Error('at once')
  }
  const { batcher } = doubling({ flush: () => answer() })
  await expect(batcher.add([1])).rejects.toThrow('at once')
  answer = async () => []
  await expect(batcher.add([1, 2])).rejects.toThrow('enqueue must give one result for each item, expected 2, got 0')
  answer = async () => [7]
  await expect(batcher.add([1])).resolves.toEqual([7])
})

test('an abort before the flush takes the items out, during it the flush goes on', async () => {
  const { batcher, clock, flushes, gate } = doubling()
  const early = new AbortController()
  const late = new AbortController()
  const leaving = batcher.add([1], early.signal)
  const staying = batcher.add([2], late.signal)
  early.abort('early')
  expect(batcher.waiting).toBe(1)
  await expect(leaving).rejects.toBe('early')
  gate.held = new Deferred()
  await clock.settle()
  late.abort('late')
  await expect(staying).rejects.toBe('late')
  gate.held.resolve()
  await batcher.close()
  expect(flushes).toEqual([[2]])
  expect(getEventListeners(late.signal, 'abort')).toEqual([])
})

test('a signal that has aborted adds nothing, one that lives on keeps no listener', async () => {
  const { batcher, flushes } = doubling()
  await expect(batcher.add([1], AbortSignal.abort('before'))).rejects.toBe('before')
  const { signal } = new AbortController()
  await Promise.all([batcher.add([2], signal), batcher.add([3], signal)])
  expect(getEventListeners(signal, 'abort')).toEqual([])
  expect(flushes).toEqual([[2, 3]])
})

test('when everybody left before the turn nothing is flushed', async () => {
  const { batcher, clock, flushes } = doubling()
  const controller = new AbortController()
  const leaving = batcher.add([1], controller.signal)
  controller.abort('gone')
  await expect(leaving).rejects.toBe('gone')
  await clock.settle()
  expect(flushes).toEqual([])
})

test('above the bound an add is refused whole, and welcome again later', async () => {
  const { batcher } = doubling({ waitingMax: 3 })
  const waiting = batcher.add([1, 2])
  await expect(batcher.add([3, 4])).rejects.toThrow(
    'enqueue has 2 items waiting, at most 3 may; await earlier calls before making more',
  )
  await waiting
  expect(await batcher.add([3, 4])).toEqual([6, 8])
})

test('close flushes what waits, resolves when all is done, and takes no more', async () => {
  const { batcher, clock, flushes, gate } = doubling()
  gate.held = new Deferred()
  const first = batcher.add([1])
  await clock.settle()
  const second = batcher.add([2])
  let closed = false
  const closing = Promise.all([batcher.close(), batcher.close()]).then(() => (closed = true))
  await expect(batcher.add([3])).rejects.toThrow('enqueue came after close')
  await clock.settle()
  expect(closed).toBe(false)
  gate.held.resolve()
  await closing
  expect([await first, await second, flushes]).toEqual([[2], [4], [[1], [2]]])
  await doubling().batcher.close()
})
