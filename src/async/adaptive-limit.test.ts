import { expect, test } from 'vitest'
import { AdaptiveLimit } from './adaptive-limit.js'

/** Runs batches whose cost is so much each and per item, and answers with the size that settles. */
function settle(limit: AdaptiveLimit, eachMs: number, perItemMs: number): number {
  for (let batch = 0; batch < 500; batch++) limit.observe(limit.current, eachMs + perItemMs * limit.current)
  return limit.current
}

test('the size settles where a batch takes about its target', () => {
  const limit = new AdaptiveLimit({ min: 10, max: 5000, targetMs: 20 })
  expect(limit.current).toBe(224)
  const size = settle(limit, 2, 0.01)
  expect(size).toBeGreaterThan(1200)
  expect(size).toBeLessThan(2600)
})

test('a slower store brings it down, a faster one up again, never past its ends', () => {
  const limit = new AdaptiveLimit({ min: 10, max: 1000, targetMs: 20 })
  expect(settle(limit, 500, 0)).toBe(10)
  expect(settle(limit, 0.1, 0.001)).toBe(1000)
})

test('batches that were not full do not raise it', () => {
  const limit = new AdaptiveLimit({ min: 10, max: 1000, targetMs: 20 })
  for (let batch = 0; batch < 100; batch++) limit.observe(3, 1)
  expect(limit.current).toBe(100)
})

test('one slow batch among many does not halve it', () => {
  const limit = new AdaptiveLimit({ min: 10, max: 100, targetMs: 20 })
  for (let batch = 0; batch < 50; batch++) limit.observe(limit.current, 2)
  limit.observe(100, 60)
  expect(limit.current).toBe(100)
})
