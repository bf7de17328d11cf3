import fc from 'fast-check'
import { expect, test } from 'vitest'
import { YearSet } from './year-set.js'

test('membership and the years next to a year agree with a list', () => {
  const range = fc
    .record({ first: fc.integer({ min: 1970, max: 2199 }), length: fc.nat(60), step: fc.integer({ min: 1, max: 20 }) })
    .map(({ first, length, step }) => ({ first, last: first + length, step }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 4 }), fc.integer({ min: 1960, max: 2270 }), (ranges, from) => {
      const set = new YearSet(ranges)
      const years: number[] = []
      for (const { first, last, step } of ranges) for (let year = first; year <= last; year += step) years.push(year)
      const later = years.filter((year) => year >= from)
      const earlier = years.filter((year) => year <= from)
      expect(set.next(from)).toBe(later.length === 0 ? -1 : Math.min(...later))
      expect(set.previous(from)).toBe(earlier.length === 0 ? -1 : Math.max(...earlier))
      expect(set.has(from)).toBe(years.includes(from))
    }),
    { numRuns: 500 },
  )
})
