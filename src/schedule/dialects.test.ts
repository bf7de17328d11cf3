import { expect, test } from 'vitest'
import { parseSchedule } from './parse-schedule.js'
import type { Dialect } from './schedule.js'

const T = Date.parse('2025-01-15T10:20:30Z')

test.each<[Dialect, string, string]>([
  ['cron', '15 30 4 * * *', '2025-01-16T04:30:15'],
  ['cron', '0 0 * * 7L', '2025-01-26T00:00:00'],
  ['cron', '0 0 * * friL', '2025-01-31T00:00:00'],
  ['cron', '0 0 * * 7/2', '2025-01-19T00:00:00'],
  ['cron', '0 0 l * *', '2025-01-31T00:00:00'],
  ['cron', '0 0 lw 8 *', '2025-08-29T00:00:00'],
  ['cron', '0 0 ? * 1', '2025-01-20T00:00:00'],
  ['cron', '@every 5m', '2025-01-15T10:25:30'],
  ['cron', 'TZ=Asia/Tokyo @daily', '2025-01-15T15:00:00'],
  ['robfig', '? ? 16 * ?', '2025-01-16T00:00:00'],
  ['robfig', '@every 1h', '2025-01-15T11:20:30'],
  ['robfig', 'CRON_TZ=Asia/Tokyo 5 4 * * *', '2025-01-15T19:05:00'],
  ['robfig', '0 0 */10 * Sun', '2025-01-19T00:00:00'],
  ['robfig', '0 0 */10,* * Sun', '2025-01-19T00:00:00'],
  ['quartz', '0 0 12 ? * 1', '2025-01-19T12:00:00'],
  ['quartz', '0 0 12 ? * L', '2025-01-18T12:00:00'],
  ['quartz', '0 /20 * * * ?', '2025-01-15T10:40:00'],
  ['quartz', '0 0 0 ? NOV-FEB SAT-MON', '2025-01-18T00:00:00'],
  ['quartz', '0 0 22-2/2 * * ?', '2025-01-15T22:00:00'],
  ['quartz', '0 0 0 L-3W * ? 2025', '2025-01-28T00:00:00'],
  ['eventbridge', 'cron(0 22-2 ? * 7 *)', '2025-01-18T00:00:00'],
  ['eventbridge', 'cron(0 0 ? * FRI-SUN 2026/2)', '2026-01-02T00:00:00'],
  ['eventbridge', 'rate(1 hour)', '2025-01-15T11:20:30'],
  ['eventbridge', 'at(2025-02-01T08:00:00)', '2025-02-01T08:00:00'],
  ['auto', '0 0 12 ? * 1', '2025-01-19T12:00:00'],
  ['auto', '0 0 12 ? * 1 2026', '2026-01-04T12:00:00'],
  ['auto', '0 0 12 * * 1', '2025-01-20T12:00:00'],
  ['auto', '0 12 ? * 1', '2025-01-20T12:00:00'],
  ['auto', 'cron(0 12 ? * 1 *)', '2025-01-19T12:00:00'],
  ['auto', '5 minutes', '2025-01-15T10:25:30'],
  ['auto', '1 day', '2025-01-16T10:20:30'],
  ['auto', '12:30', '2025-01-15T12:30:00'],
  ['auto', '12:30Z', '2025-01-15T12:30:00'],
  ['auto', '12:30+02:00', '2025-01-15T10:30:00'],
  ['auto', '12:30+0530', '2025-01-16T07:00:00'],
  ['auto', '12:30-08', '2025-01-15T20:30:00'],
  ['auto', 'TZ=Asia/Tokyo 08:00', '2025-01-15T23:00:00'],
  ['auto', 'monthly(31 08:00 skip)', '2025-01-31T08:00:00'],
])('%s: %s ticks first at %s', (dialect, text, expected) => {
  const next = parseSchedule(text, { dialect, anchor: T }).next(T)
  expect(new Date(next ?? NaN).toISOString().slice(0, 19)).toBe(expected)
})

test('a robfig star with a step is a restriction, a cron star with a step is a star', () => {
  const next = (dialect: Dialect): number | null => parseSchedule('0 0 */10 * mon', { dialect }).next(T)
  expect([next('robfig'), next('cron')]).toEqual([Date.UTC(2025, 0, 20), Date.UTC(2025, 2, 31)])
})

test.each<[Dialect, string, string, number, string]>([
  ['cron', '* * * * * * *', 'day of week', 10, 'expected five fields'],
  ['cron', '? * * * *', 'minute', 0, 'expected 0 to 59'],
  ['cron', '0 0 * * L', 'day of week', 8, 'or a form such as 5L or 5#2'],
  ['cron', '0 0 * * fri#6', 'day of week', 12, 'expected an occurrence of 1 to 5, got "6"'],
  ['cron', '0 0 32W * *', 'day of month', 4, 'expected 1 to 31'],
  ['cron', '0 0 L-3 * *', 'day of month', 4, 'L, LW or 15W, got "L"'],
  ['cron', 'rate(5 minutes)', 'day of month', 15, 'five fields'],
  ['cron', '@every', 'short cut', 0, 'or @every with a duration'],
  ['cron', '0 22-2/2 * * *', 'hour', 2, 'expected a range from low to high, got'],
  ['robfig', '0 0 * * 7', 'day of week', 8, 'expected 0 to 6'],
  ['robfig', '0 0 L * *', 'day of month', 4, 'expected 1 to 31, got "L"'],
  ['robfig', '0 0 0 * * *', 'day of week', 10, 'expected five fields (minute'],
  ['robfig', '@every -5m', 'interval', 7, 'whole seconds as a Go duration'],
  ['robfig', '@every 1500ms', 'interval', 7, 'whole seconds as a Go duration'],
  ['quartz', '0 0 0 * * *', 'day of week', 10, 'expected a ? in one of the two day fields'],
  ['quartz', '0 0 0 ? * ?', 'day of week', 10, 'got "? and ?"'],
  ['quartz', '0 0 0 ? * 0', 'day of week', 10, 'expected 1 to 7'],
  ['quartz', '0 0 0 ? * 6L,2', 'day of week', 10, 'expected L and # to be the only item'],
  ['quartz', '0 0 0 ? * 2#1,6#2', 'day of week', 10, 'expected L and # to be the only item'],
  ['quartz', '0 0 0 L-31 * ?', 'day of month', 8, 'expected 0 to 30 days, got "31"'],
  ['quartz', '0 0 0 1 /13 ?', 'month', 9, 'expected a step of 1 to 12'],
  ['quartz', '0 0 0 1 1 ? 1969', 'year', 12, 'expected 1970 to 2199'],
  ['quartz', '0 0 0 1 1 ? 2030-2025', 'year', 12, 'expected a range from low to high'],
  ['quartz', '0 0 0 29 2 ? 2025-2027', 'day of month', 6, 'a day that one of the months of these years has'],
  ['quartz', '0 0 0 1', 'expression', 7, 'expected six or seven fields'],
  ['quartz', '0 0 0 1 1 ? 2030 x', 'expression', 17, 'got "x"'],
  ['quartz', 'TZ=UTC 0 0 0 1 1 ? 2030 x', 'expression', 24, 'got "x"'],
  ['eventbridge', '0 0 * * *', 'expression', 0, 'expected cron(...), rate(...) or at(...)'],
  ['eventbridge', 'cron(0 0 ? * 2)', 'expression', 14, 'expected cron(minute hour'],
  ['eventbridge', 'cron(0 0 L-3 * ? *)', 'day of month', 9, 'got "L"'],
  ['eventbridge', 'cron(50-10 0 1 * ? *)', 'minute', 5, 'a range from low to high'],
  ['eventbridge', 'cron(0 0 1 * ? *', 'expression', 16, 'up to the closing parenthesis'],
  ['eventbridge', 'cron(0 0 1 * ? *)\n', 'expression', 17, 'expected no blanks around it'],
  ['eventbridge', ' rate(5 minutes)', 'expression', 0, 'expected no blanks around it'],
  ['eventbridge', 'rate(0 minutes)', 'interval', 0, 'expected rate(1 minute)'],
  ['eventbridge', 'at(2025-02-30T08:00:00)', 'day of month', 11, 'expected 1 to 28, got "30"'],
  ['eventbridge', 'at(2025-12-30T25:00:00)', 'hour', 14, 'expected 0 to 23, got "25"'],
  ['eventbridge', 'at(2025-12-30)', 'at', 0, 'expected at(yyyy-mm-ddThh:mm:ss)'],
  ['auto', '5 minute', 'interval', 0, 'for other lengths "every 5 minute"'],
  ['auto', '30 seconds', 'interval', 0, 'for other lengths "every 30 seconds"'],
  ['auto', '8:00', 'time of day', 0, 'expected HH:MM'],
  ['auto', '08:60', 'minute', 3, 'expected 0 to 59, got "60"'],
  ['auto', '24:00', 'hour', 0, 'expected 0 to 23'],
  ['auto', '08:00+25:00', 'offset', 6, 'expected 0 to 23'],
  ['auto', 'monthly(31)', 'monthly', 0, 'expected monthly(DAY HH:MM)'],
  ['auto', 'monthly(32 08:00)', 'day of month', 8, 'expected 1 to 31'],
])('%s: %j is refused: %s at %d', (dialect, text, field, position, message) => {
  const parse = (): unknown => parseSchedule(text, { dialect })
  expect(parse).toThrow(message)
  const facts = expect.objectContaining({ field, position }) as unknown
  expect(parse).toThrow(expect.objectContaining({ code: 'SCHEDULE_INVALID', facts }))
})

test('an instant that the clocks of the zone skip is refused, one that they repeat comes once', () => {
  const options = { timeZone: 'Europe/Amsterdam' } as const
  expect(() => parseSchedule('at(2025-03-30T02:30:00)', options)).toThrow(
    'expected a time that the clocks of Europe/Amsterdam show',
  )
  const repeated = parseSchedule('at(2025-10-26T02:30:00)', options)
  expect([repeated.next(0), repeated.next(Date.UTC(2025, 9, 26, 0, 30))]).toEqual([Date.UTC(2025, 9, 26, 0, 30), null])
  const shifted = parseSchedule('at(2025-03-30T02:30:00)', { ...options, dst: 'shift-once' })
  expect(shifted.next(0)).toBe(Date.UTC(2025, 2, 30, 1, 30))
})

test('a dialect or a rule that does not exist is a mistake of the caller', () => {
  expect(() => parseSchedule('@daily', { dialect: 'unix' as Dialect })).toThrow(
    new TypeError('dialect: expected auto, cron, quartz, eventbridge, robfig, got unix'),
  )
  expect(() => parseSchedule('@daily', { dst: 'none' as 'wall' })).toThrow(
    new TypeError('dst: expected vixie, skip-once, wall, shift-once, got none'),
  )
})
