import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextBit, SmallSet } from './small-set.js'

test('membership and the next member agree with a sorted list', () => {
  const member = fc.integer({ min: 0, max: 63 })
  fc.assert(
    fc.property(fc.array(member), fc.integer({ min: 0, max: 64 }), (members, from) => {
      const set = new SmallSet()
      for (const one of members) set.add(one)
      const [next = -1] = members.filter((one) => one >= from).sort((a, b) => a - b)
      expect(set.next(from)).toBe(next)
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
