import { expect, test } from 'vitest'
import type { DurationInput } from '../model/policy.js'
import { formatDuration, formatGoDuration, parseDuration } from './duration.js'

test.each<[DurationInput, number]>([
  [0, 0],
  [1500, 1500],
  [1.4, 1],
  [0.001, 1],
  ['0', 0],
  ['2 minutes', 120_000],
  ['1 minute', 60_000],
  ['10 seconds', 10_000],
  ['1.5 hours', 5_400_000],
  ['1 hour 30 minutes', 5_400_000],
  [' 3 days ', 259_200_000],
  ['2 weeks', 1_209_600_000],
  ['250 ms', 250],
  ['30s', 30_000],
  ['1h30m', 5_400_000],
  ['1h30m10s', 5_410_000],
  ['1.5s', 1500],
  ['.5s', 500],
  ['1.s', 1000],
  ['300ms', 300],
  ['1500us', 2],
  ['1500\u00b5s', 2],
  ['1ns', 1],
  ['7d', 604_800_000],
  ['1w', 604_800_000],
  [{ minutes: 5 }, 300_000],
  [{ weeks: 2, days: 1 }, 1_296_000_000],
  [{ days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 }, 93_784_005],
  [{ seconds: 0.1 }, 100],
])('%j is %d ms', (input, expected) => {
  expect(parseDuration(input, 'length')).toBe(expected)
})

test.each<unknown>([
  '',
  ' ',
  '5',
  '5 parsecs',
  '1h30',
  'h',
  '1h 30m',
  '1m-5s',
  '-5s',
  '1e3s',
  '5minutes!',
  'one minute',
  '5 constructor',
  '1,5s',
  '1h'.repeat(60),
  null,
  undefined,
  true,
  NaN,
  {},
  { minutes: '5' },
  { minutes: NaN },
  { fortnights: 1 },
  [5],
  () => 5,
])('%j is refused, saying what was expected and got', (input) => {
  expect(() => parseDuration(input as DurationInput, 'timeout of task "a"')).toThrow(
    /^timeout of task "a" must be a duration, expected milliseconds, text such as .*, got /,
  )
})

test.each<DurationInput>([-1, Infinity, { minutes: -5 }, 4e12])('%j is out of range', (input) => {
  expect(() => parseDuration(input, 'delay')).toThrow(/^delay must be a duration of 0ms to 36525d, got /)
})

test("a range of one's own is named in the refusal", () => {
  expect(() => parseDuration(500, 'lease', { minMs: 1000, maxMs: 43_200_000 })).toThrow(
    'lease must be a duration of 1s to 12h, got 500',
  )
  expect(parseDuration('12h', 'lease', { minMs: 1000, maxMs: 43_200_000 })).toBe(43_200_000)
})

test('a mistake quotes no more than 60 characters', () => {
  expect(() => parseDuration('x'.repeat(500), 'delay')).toThrow(/got "x{56}\.\.\.$/)
})

test.each([
  [0, '0ms', '0s'],
  [250, '250ms', '250ms'],
  [1000, '1s', '1s'],
  [1234, '1.2s', '1.234s'],
  [59_990, '59.9s', '59.99s'],
  [60_000, '1m', '1m0s'],
  [90_000, '1m30s', '1m30s'],
  [180_000, '3m', '3m0s'],
  [5_400_000, '1h30m', '1h30m0s'],
  [43_200_000, '12h', '12h0m0s'],
  [172_800_000, '2d', '48h0m0s'],
  [187_200_500, '2d4h', '52h0m0.5s'],
  [-1500, '-1.5s', '-1.5s'],
])('%d ms is shown as %s to people and as %s in the style of Go', (length, short, go) => {
  expect(formatDuration(length)).toBe(short)
  expect(formatGoDuration(length)).toBe(go)
})

test('a length without end is shown as forever', () => {
  expect(formatDuration(Infinity)).toBe('forever')
})
