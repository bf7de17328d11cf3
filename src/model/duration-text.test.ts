import { expect, test } from 'vitest'
import { parseDurationText, parseGoDuration } from './duration-text.js'

test.each<[string, number | null]>([
  ['5m', 300_000],
  ['1h30m10s', 5_410_000],
  ['1.5h', 5_400_000],
  ['100us', 0.1],
  ['0', 0],
  ['1d', null],
  ['1w', null],
  ['5m 30s', null],
  ['1h30', null],
  ['Xm', null],
  ['5 minutes', null],
  ['-5m', null],
  ['', null],
  ['1m__proto__', null],
])('Go reads %j as %j milliseconds', (text, expected) => {
  expect(parseGoDuration(text)).toBe(expected)
})

test.each<[string, number | null]>([
  ['1d', 86_400_000],
  ['1d12h', 129_600_000],
  ['2 minutes', 120_000],
  ['1 hour 30 minutes', 5_400_000],
  ['10  seconds', 10_000],
  ['5 ms', 5],
  ['5 minutess', null],
  ['5 constructor', null],
  ['minutes', null],
  ['1 minute30 seconds', null],
])('people mean by %j %j milliseconds', (text, expected) => {
  expect(parseDurationText(text)).toBe(expected)
})

test('a hostile text is refused without being read to its end', () => {
  expect(parseDurationText('1h'.repeat(1_000_000))).toBeNull()
})
