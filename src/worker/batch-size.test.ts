import { expect, test } from 'vitest'
import { BatchSize } from './batch-size.js'

/** The size that is found after many full conversations with a store of these costs. */
function found(cost: { readonly fixedMs: number; readonly perItemMs: number }, max = 1000): number {
  const size = new BatchSize(max)
  for (let round = 0; round < 200; round++) {
    const items = 2 * size.items
    size.measured(items, cost.fixedMs + items * cost.perItemMs)
  }
  return size.items
}

test('a batch takes about 6.5 ms beyond the fixed cost of a conversation', () => {
  // 12 microseconds for each settlement and each lease, as SQLite: 6.5 / 0.024 = 270, and the fixed cost is seen a little too high.
  expect(found({ fixedMs: 1, perItemMs: 0.012 })).toBeGreaterThan(260)
  expect(found({ fixedMs: 1, perItemMs: 0.012 })).toBeLessThan(560)
})

test('a quick store gets as much as it takes', () => {
  expect(found({ fixedMs: 0, perItemMs: 0.001 })).toBe(1000)
  expect(found({ fixedMs: 0, perItemMs: 0.001 }, 50)).toBe(50)
})

test('a store far away gets large batches: its distance is no reason for small ones', () => {
  expect(found({ fixedMs: 40, perItemMs: 0.003 })).toBe(1000)
})

test('a store that moves away gets its large batches back', () => {
  const size = new BatchSize(1000)
  const talk = (fixedMs: number): void => size.measured(2 * size.items, fixedMs + size.items * 0.006)
  for (let round = 0; round < 200; round++) talk(1)
  for (let round = 0; round < 1000; round++) talk(40)
  expect(size.items).toBeGreaterThanOrEqual(100)
})

test('a slow store keeps batches of at least 16', () => {
  expect(found({ fixedMs: 0, perItemMs: 5 })).toBeGreaterThanOrEqual(16)
  expect(found({ fixedMs: 0, perItemMs: 5 }, 10)).toBe(10)
})

test('batches grow by no more than twice at a time', () => {
  const size = new BatchSize(1000)
  let before = size.items
  for (let round = 0; round < 10; round++) {
    size.measured(2 * before, 0)
    expect(size.items).toBeLessThanOrEqual(2 * before)
    before = size.items
  }
})

test('the latency follows what conversations take', () => {
  const size = new BatchSize(1000)
  for (let round = 0; round < 50; round++) size.measured(1, 8)
  expect(size.latencyMs).toBeCloseTo(8, 3)
})
