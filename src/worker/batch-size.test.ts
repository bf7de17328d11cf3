import { expect, test } from 'vitest'
import { seededRandom } from '../time/random.js'
import { BatchSize } from './batch-size.js'

interface Cost {
  readonly fixedMs: number
  readonly perItemMs: number
  /** Added at random, 0 to this. */
  readonly noiseMs?: number
}

const SEED = 7
const random = seededRandom(SEED)

function talk(size: BatchSize, { fixedMs, perItemMs, noiseMs = 0 }: Cost, rounds: number): number[] {
  return Array.from({ length: rounds }, () => {
    const items = 2 * size.items
    size.measured(items, fixedMs + items * perItemMs + noiseMs * random.next())
    return size.items
  })
}

/** The size of most batches, after many conversations with a store of these costs. */
function found(cost: Cost, max = 1000): number {
  const sizes = talk(new BatchSize(max), cost, 400).slice(200)
  return sizes.sort((a, b) => a - b)[100] ?? 0
}

test('a batch takes about 6.5 ms beyond the fixed cost of a conversation', () => {
  // 12 microseconds for each settlement and each lease: 6.5 / 0.024 = 270.
  expect(found({ fixedMs: 1, perItemMs: 0.012 })).toBeGreaterThan(240)
  expect(found({ fixedMs: 1, perItemMs: 0.012 })).toBeLessThan(300)
})

test('a quick store gets as much as it takes', () => {
  expect(found({ fixedMs: 0, perItemMs: 0.001 })).toBe(1000)
  expect(found({ fixedMs: 0, perItemMs: 0.001 }, 50)).toBe(50)
})

test('a store far away gets large batches: its distance is no reason for small ones', () => {
  expect(found({ fixedMs: 40, perItemMs: 0.003 })).toBe(1000)
})

test(`a slow and uneven disk is no reason for small batches either (seed ${SEED})`, () => {
  expect(found({ fixedMs: 5, perItemMs: 0.005, noiseMs: 10 })).toBeGreaterThan(400)
})

test('a store that moves away keeps its large batches', () => {
  const size = new BatchSize(1000)
  talk(size, { fixedMs: 1, perItemMs: 0.003 }, 200)
  talk(size, { fixedMs: 40, perItemMs: 0.003 }, 200)
  const sizes = talk(size, { fixedMs: 40, perItemMs: 0.003 }, 16)
  expect(sizes.filter((items) => items === 1000)).toHaveLength(15)
})

test('a store that becomes slow gets smaller batches soon', () => {
  const size = new BatchSize(1000)
  talk(size, { fixedMs: 1, perItemMs: 0.003 }, 200)
  talk(size, { fixedMs: 1, perItemMs: 0.03 }, 80)
  expect(size.items).toBeLessThan(250)
})

test('a slow store keeps batches of at least 16', () => {
  expect(found({ fixedMs: 0, perItemMs: 5 })).toBe(16)
  expect(found({ fixedMs: 0, perItemMs: 5 }, 10)).toBe(10)
})

test('one conversation in sixteen carries a quarter, to tell the fixed cost', () => {
  const sizes = talk(new BatchSize(1000), { fixedMs: 1, perItemMs: 0.001 }, 160).slice(80)
  expect(sizes.filter((items) => items === 250)).toHaveLength(5)
  expect(sizes.filter((items) => items === 1000)).toHaveLength(75)
})

test('the latency follows what conversations take', () => {
  const size = new BatchSize(1000)
  for (let round = 0; round < 50; round++) size.measured(1, 8)
  expect(size.latencyMs).toBeCloseTo(8, 3)
})

test('a store that works elsewhere gets as much as it takes, however slow it is', () => {
  const size = new BatchSize(1000, true)
  expect(size.items).toBe(1000)
  expect(new Set(talk(size, { fixedMs: 1, perItemMs: 1 }, 40))).toEqual(new Set([1000]))
  expect(size.latencyMs).toBeGreaterThan(1000)
})
