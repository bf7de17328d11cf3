import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateOfDay, dayOfDate, lengthOfMonth, weekdayOfDay } from './civil.js'

const DAY_MS = 86_400_000

test('days and dates agree with the calendar of the language, back to the year 1 and on to 9999', () => {
  fc.assert(
    fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (day) => {
      const date = new Date(day * DAY_MS)
      const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
      expect(dateOfDay(day)).toEqual(expected)
      expect(dayOfDate(expected.year, expected.month, expected.day)).toBe(day)
      expect(weekdayOfDay(day)).toBe(date.getUTCDay())
    }),
    { numRuns: 5000 },
  )
})

test('months are as long as they are, in leap years too', () => {
  for (const year of [1900, 2000, 2023, 2024, 2100]) {
    for (let month = 1; month <= 12; month++) {
      expect(lengthOfMonth(year, month)).toBe(new Date(Date.UTC(year, month, 0)).getUTCDate())
    }
  }
})
