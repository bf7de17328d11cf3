import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedSet } from './sorted-set.js'

interface Item {
  readonly key: number
}

test('a sorted set answers like a sorted array, whatever is added and removed', () => {
  const step = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3_000 }))
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 4_000, size: 'max' }), (steps) => {
      const set = new SortedSet<Item, Item>((a, b) => a.key - b.key)
      const model = new Map<number, Item>()
      for (const [isAdded, key] of steps) {
        const known = model.get(key)
        if (isAdded && known === undefined) {
          const item = { key }
          set.add(item)
          model.set(key, item)
        } else if (!isAdded) {
          expect(set.delete(known ?? { key })).toBe(known !== undefined)
          model.delete(key)
        }
      }
      const sorted = [...model.values()].sort((a, b) => a.key - b.key)
      expect(set.size).toBe(sorted.length)
      expect(set.first()).toBe(sorted[0])
      expect([...set.after()]).toEqual(sorted)
      expect([...set.before()]).toEqual(sorted.toReversed())
      expect([...set.after({ key: 1_500 })]).toEqual(sorted.filter(({ key }) => key > 1_500))
      expect([...set.before({ key: 1_500 })]).toEqual(sorted.filter(({ key }) => key < 1_500).toReversed())
    }),
    { numRuns: 30 },
  )
})

test('a sorted set finds exactly the items that it holds', () => {
  const set = new SortedSet<Item, Item>((a, b) => a.key - b.key)
  const held = { key: 1 }
  set.add(held)
  expect(set.has(held)).toBe(true)
  expect(set.has({ key: 1 })).toBe(false)
  expect(set.has({ key: 2 })).toBe(false)
  expect(set.delete({ key: 1 })).toBe(false)
  expect(set.size).toBe(1)
})
