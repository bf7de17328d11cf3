import { expect, it } from 'vitest'
import { daily, parseSchedule } from './index.js'

it.each([
  [
    'in the zone that is given',
    daily({ hour: 8, minute: 30, timeZone: 'Europe/Amsterdam' }),
    'TZ=Europe/Amsterdam 08:30',
  ],
  ['in UTC', daily({ hour: 8, minute: 30, timeZone: 'UTC' }), 'TZ=UTC 08:30'],
  ['in no zone of its own', daily({ hour: 8, minute: 30 }), '08:30'],
])('C-33 a time of day %s survives as text', (_, time, text) => {
  const schedule = parseSchedule(time)
  expect(schedule.toString()).toBe(text)
  const again = parseSchedule(text)
  const from = new Date('2027-03-27T00:00:00Z')
  const ticks = schedule.between(from, new Date('2027-04-01T00:00:00Z'))
  expect(ticks).toHaveLength(5)
  expect(again.between(from, new Date('2027-04-01T00:00:00Z'))).toEqual(ticks)
  expect([again.toString(), again.timeZone]).toEqual([schedule.toString(), schedule.timeZone])
})
