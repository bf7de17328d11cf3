import { expect, test } from 'vitest'
import { nearestKey } from './nearest-key.js'

const KEYS = ['schedule', 'disabled', 'description', 'input'] as const

test.each([
  ['shedule', 'schedule'],
  ['Schedule', 'schedule'],
  ['schedules', 'schedule'],
  ['disable', 'disabled'],
  ['enabled', 'disabled'],
  ['desc', 'input'],
  ['descripton', 'description'],
  ['inputs', 'input'],
])('the key nearest to %s is %s', (given, nearest) => {
  expect(nearestKey(given, KEYS)).toBe(nearest)
})

test('the longest key costs no more than a long one', () => {
  expect(nearestKey(`schedule${'x'.repeat(1_000_000)}`, KEYS)).toBe('schedule')
})

test('capitals in a key cost nothing either', () => {
  expect(nearestKey('memorysize', ['memoriesize', 'memorySize'])).toBe('memorySize')
})
