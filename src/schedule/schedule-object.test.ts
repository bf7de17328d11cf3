import { expect, test } from 'vitest'
import { parseSchedule } from './parse-schedule.js'
import { daily, interval, monthly } from './schedule-object.js'
import type { ScheduleObject } from './schedule-object.js'

const HOUR = 3_600_000

function hoursUntil(schedule: ScheduleObject, from: string): number | null {
  const next = parseSchedule(schedule).next(Date.parse(from))
  return next === null ? null : (next - Date.parse(from)) / HOUR
}

test.each<[string, ScheduleObject, string, number]>([
  ['C-34: fresh, before the time', daily({ hour: 12 }), '2023-01-01T10:00:00Z', 2],
  ['C-34: restarted after midnight', daily({ hour: 12 }), '2023-01-03T00:05:00Z', 11 + 55 / 60],
  ['C-34: restarted after the time', daily({ hour: 12 }), '2023-01-02T18:00:00Z', 18],
  ['C-34: fresh, before the day', monthly({ day: 3, hour: 12 }), '2023-01-01T00:00:00Z', 60],
  ['C-34: restarted in the month', monthly({ day: 3, hour: 12 }), '2023-01-20T00:00:00Z', 14 * 24 + 12],
  ['C-34: restarted on the first', monthly({ day: 3, hour: 12 }), '2023-02-01T00:00:00Z', 60],
  ['C-34: 31, from the 31st', monthly({ day: 31 }), '2023-01-31T01:00:00Z', 28 * 24 - 1],
  ['C-34: 31, from February', monthly({ day: 31 }), '2023-02-10T00:00:00Z', 18 * 24],
  ['31 or nothing', monthly({ day: 31, overflow: 'skip' }), '2023-02-10T00:00:00Z', 49 * 24],
  ['30 in a short month', monthly({ day: 30 }), '2023-02-10T00:00:00Z', 18 * 24],
  ['30 in a leap year', monthly({ day: 30 }), '2024-02-10T00:00:00Z', 19 * 24],
  ['28 is in every month', monthly({ day: 28 }), '2023-02-10T00:00:00Z', 18 * 24],
  ['midnight by itself', daily(), '2023-01-01T10:00:00Z', 14],
])('%s', (_name, schedule, from, hours) => {
  expect(hoursUntil(schedule, from)).toBeCloseTo(hours, 9)
})

test('an interval counts from its anchor and not from when it is asked', () => {
  const schedule = parseSchedule(interval(90_000), { anchor: 1000 })
  expect([schedule.next(0), schedule.next(91_000), schedule.next(200_000)]).toEqual([91_000, 181_000, 271_000])
  expect([schedule.previous(91_000), schedule.previous(91_001), schedule.previous(Infinity) !== null]).toEqual([
    ...[null, 91_000, true],
  ])
})

test.each<[ScheduleObject, string]>([
  [interval(90_000), 'every 90s'],
  [interval(3_600_000), 'every 60m'],
  [interval(1500), 'every 1500ms'],
  [daily({ hour: 8, minute: 5 }), '08:05'],
  [daily({ hour: 8, timeZone: 'Asia/Tokyo' }), 'TZ=Asia/Tokyo 08:00'],
  [monthly({ day: 31 }), 'monthly(31 00:00)'],
  [monthly({ day: 1, hour: 2, minute: 3, overflow: 'skip' }), 'monthly(1 02:03 skip)'],
])('%j is written %j, and that is read as the same schedule', (object, text) => {
  const schedule = parseSchedule(object, { timeZone: 'Europe/Amsterdam' })
  expect(schedule.expression).toBe(text)
  const again = parseSchedule(text, { timeZone: 'Europe/Amsterdam' })
  for (const at of [0, 1_700_000_000_000, 1_711_850_000_000]) expect(again.next(at)).toBe(schedule.next(at))
  expect(again.timeZone).toBe(schedule.timeZone)
})

test('the zone of an object counts more than the option', () => {
  const next = parseSchedule(daily({ hour: 9, timeZone: 'Asia/Tokyo' }), { timeZone: 'Europe/Amsterdam' }).next(0)
  expect(next).toBe(24 * HOUR)
})

test.each<[() => unknown, string]>([
  [() => daily({ hour: 24 }), 'hour, character 1: expected a whole number from 0 to 23, got "24"'],
  [() => daily({ minute: 1.5 }), 'minute, character 1: expected a whole number from 0 to 59, got "1.5"'],
  [() => monthly({ day: 0 }), 'day of month, character 1: expected a whole number from 1 to 31, got "0"'],
  [
    () => monthly({ day: 1, overflow: 'next' as 'last' }),
    'overflow, character 1: expected "last" or "skip", got "next"',
  ],
  [
    () => interval(999),
    'interval, character 1: expected milliseconds, a whole number from 1000 to 3155760000000, got "999"',
  ],
  [
    () => interval('1 hour' as unknown as number),
    'expected milliseconds, a whole number from 1000 to 3155760000000, got "1 hour"',
  ],
  [() => parseSchedule({ kind: 'daily', hour: 25, minute: 0 }), 'hour, character 1'],
  [() => parseSchedule(daily({ timeZone: 'Mars/Base' })), 'expected an IANA name'],
])('%s is refused', (make, message) => {
  expect(make).toThrow(message)
  expect(make).toThrow(expect.objectContaining({ code: 'SCHEDULE_INVALID' }))
})

test('an object of another kind is a mistake of the caller', () => {
  const given = { kind: 'weekly' } as unknown as ScheduleObject
  expect(() => parseSchedule(given)).toThrow(TypeError)
})
