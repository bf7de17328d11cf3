import { expect, test } from 'vitest'
import { parseSchedule } from './dated-schedule.js'

const T = new Date('2025-01-15T10:20:30Z')

test('dates and milliseconds are one, and dates come out', () => {
  const schedule = parseSchedule('*/5 * * * *')
  expect(schedule.next(T)).toEqual(new Date('2025-01-15T10:25:00Z'))
  expect(schedule.next(T.getTime())).toEqual(schedule.next(T))
  expect(schedule.previous(T)).toEqual(new Date('2025-01-15T10:20:00Z'))
  expect(parseSchedule('at(2024-01-01T00:00:00)').next(T)).toBeNull()
  expect(parseSchedule('at(2026-01-01T00:00:00)').previous(T)).toBeNull()
})

test('next is strictly later and previous strictly earlier than the instant asked about', () => {
  const schedule = parseSchedule('*/10 * * * * *')
  const tick = new Date('2025-01-15T10:20:30Z')
  expect([schedule.next(tick), schedule.previous(tick)]).toEqual([
    new Date('2025-01-15T10:20:40Z'),
    new Date('2025-01-15T10:20:20Z'),
  ])
  expect(schedule.next(tick.getTime() - 0.5)).toEqual(tick)
  expect(schedule.previous(tick.getTime() + 0.5)).toEqual(tick)
})

test('between holds the first bound and not the second', () => {
  const schedule = parseSchedule('0 * * * *')
  const day = schedule.between(new Date('2025-01-15'), new Date('2025-01-16'))
  expect([day.length, day[0], day.at(-1)]).toEqual([24, new Date('2025-01-15'), new Date('2025-01-15T23:00:00Z')])
  expect(schedule.between(T, T)).toEqual([])
  expect(schedule.between(T, Infinity, { limit: 2 })).toEqual([
    new Date('2025-01-15T11:00:00Z'),
    new Date('2025-01-15T12:00:00Z'),
  ])
})

test('between lists ten thousand ticks and refuses to list more unless a limit is given', () => {
  const schedule = parseSchedule('* * * * * *')
  expect(schedule.between(0, 10_000_000)).toHaveLength(10_000)
  expect(() => schedule.between(0, 10_001_000)).toThrow(RangeError)
  expect(schedule.between(0, 1e12, { limit: 12_000 })).toHaveLength(12_000)
  expect(() => schedule.between(0, 1, { limit: 0 })).toThrow('limit must be a whole number of 1 or more, got 0')
})

test('an instant matches when it is a tick, to the millisecond', () => {
  const schedule = parseSchedule('30 2 * * *', { timeZone: 'Europe/Amsterdam' })
  const first = new Date('2025-10-26T00:30:00Z')
  expect([first, new Date('2025-10-26T01:30:00Z'), first.getTime() + 1].map((at) => schedule.matches(at))).toEqual([
    ...[true, false, false],
  ])
  expect(schedule.matches(first.getTime() + 0.5)).toBe(false)
})

test('the anchor of an interval is an instant like any other', () => {
  expect(parseSchedule('every 10 minutes', { anchor: T }).next(T)).toEqual(new Date('2025-01-15T10:30:30Z'))
})

test('it tells its expression, its zone and what it does', () => {
  const schedule = parseSchedule(' 0 8 * * mon-fri ', { timeZone: 'Europe/Amsterdam' })
  expect([String(schedule), schedule.expression, schedule.timeZone, schedule.describe()]).toEqual([
    ...['0 8 * * mon-fri', '0 8 * * mon-fri', 'Europe/Amsterdam'],
    'at 08:00 on Monday to Friday, Europe/Amsterdam time',
  ])
})

test('what is no instant is a mistake of the caller', () => {
  const schedule = parseSchedule('@daily')
  expect(() => schedule.next(new Date('nonsense'))).toThrow('after must be an instant, expected a Date or milliseconds')
  expect(() => schedule.previous(NaN)).toThrow(TypeError)
  expect(() => schedule.matches('2025-01-01' as unknown as Date)).toThrow(TypeError)
  expect(() => parseSchedule('@daily', { anchor: new Date(NaN) })).toThrow('anchor must be an instant')
})
