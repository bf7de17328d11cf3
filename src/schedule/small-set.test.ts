import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextBit, previousBit, setOf, SmallSet } from './small-set.js'

test('membership and the members next to a number agree with a sorted list', () => {
  const member = fc.integer({ min: 0, max: 63 })
  fc.assert(
    fc.property(fc.array(member), fc.integer({ min: 0, max: 64 }), (members, from) => {
      const set = new SmallSet()
      for (const one of members) set.add(one)
      const [next = -1] = members.filter((one) => one >= from).sort((a, b) => a - b)
      expect(set.next(from)).toBe(next)
      const [previous = -1] = members.filter((one) => one <= from).sort((a, b) => b - a)
      expect(set.previous(from)).toBe(previous)
      expect([...set]).toEqual([...new Set(members)].sort((a, b) => a - b))
      expect([...setOf(...members)]).toEqual([...set])
      for (let value = 0; value < 64; value++) expect(set.has(value)).toBe(members.includes(value))
    }),
  )
})

test('the next bit is found up to the sign bit and not beyond', () => {
  expect(nextBit(-1 << 31, 0)).toBe(31)
  expect(nextBit(-1, 32)).toBe(-1)
  expect(nextBit(0b1010, 2)).toBe(3)
  expect(nextBit(0, 0)).toBe(-1)
})

test('the previous bit is found from the sign bit down', () => {
  expect(previousBit(-1 << 31, 31)).toBe(31)
  expect(previousBit(-1 << 31, 30)).toBe(-1)
  expect(previousBit(0b1010, 2)).toBe(1)
  expect(previousBit(-1, -1)).toBe(-1)
})
