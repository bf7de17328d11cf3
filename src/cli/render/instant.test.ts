import { expect, it } from 'vitest'
import { formatInstant, formatTimeOfDay, isoInstant } from './instant.js'

const at = Date.UTC(2022, 1, 17, 17, 40, 37, 1)

it('shows an instant to people in UTC, with two digits for each part', () => {
  expect(formatInstant(at)).toBe('17 Feb 22 17:40:37 UTC')
  expect(formatInstant(Date.UTC(2000, 0, 1))).toBe('01 Jan 00 00:00:00 UTC')
})

it('shows the time of day in log lines', () => {
  expect(formatTimeOfDay(at)).toBe('17:40:37')
})

it('gives programs ISO 8601 in UTC, and null where there is none', () => {
  expect(isoInstant(at)).toBe('2022-02-17T17:40:37.001Z')
  expect(isoInstant(null)).toBeNull()
})

it('survives a number that is no instant', () => {
  expect(formatInstant(1e20)).toBe('100000000000000000000')
  expect(isoInstant(1e20)).toBeNull()
})
