import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BackoffPolicy } from '../model/policy.js'
import { checkBackoff, retryDelayMs } from './backoff.js'

const lowest = { next: () => 0 }
const highest = { next: () => 1 - 2 ** -53 }
const HOUR = 3_600_000

/** The least and the most that a policy waits before each of the tries. */
function bounds(policy: BackoffPolicy, tries: readonly number[]): [number, number][] {
  return tries.map((count) => [retryDelayMs(policy, count, lowest), retryDelayMs(policy, count, highest)])
}

test.each<[BackoffPolicy, readonly number[], [number, number][]]>([
  [
    'exponential',
    [1, 2, 3, 12, 13, 1e9],
    [
      [0, 1000],
      [0, 2000],
      [0, 4000],
      [0, 2_048_000],
      [0, HOUR],
      [0, HOUR],
    ],
  ],
  [
    'linear',
    [1, 2, 60, 61],
    [
      [60_000, 66_000],
      [120_000, 132_000],
      [HOUR, 3_960_000],
      [HOUR, 3_960_000],
    ],
  ],
  [
    'fixed',
    [1, 1000],
    [
      [60_000, 66_000],
      [60_000, 66_000],
    ],
  ],
  [
    '1m',
    [1, 2, 20, 21],
    [
      [500, 1500],
      [1975, 5925],
      [28_525, 85_575],
      [28_525, 85_575],
    ],
  ],
  [
    '10m',
    [1, 50, 51],
    [
      [54_000, 114_000],
      [530_280, 1_119_480],
      [530_280, 1_119_480],
    ],
  ],
  [
    '1h',
    [1, 20],
    [
      [540_000, 1_140_000],
      [3_105_000, 6_555_000],
    ],
  ],
  [
    { type: 'exponential', base: 10, max: '1s', factor: 10, jitter: false },
    [1, 2, 3, 4, 1000],
    [
      [10, 10],
      [100, 100],
      [1000, 1000],
      [1000, 1000],
      [1000, 1000],
    ],
  ],
  [
    { type: 'linear', base: { seconds: 1 }, max: { seconds: 3 }, jitter: false },
    [1, 2, 3, 4],
    [
      [1000, 1000],
      [2000, 2000],
      [3000, 3000],
      [3000, 3000],
    ],
  ],
  [
    { type: 'fixed', base: '2h', jitter: false },
    [1, 9],
    [
      [2 * HOUR, 2 * HOUR],
      [2 * HOUR, 2 * HOUR],
    ],
  ],
])('%j waits between the stated bounds', (policy, tries, expected) => {
  expect(bounds(policy, tries)).toEqual(expected)
})

test('whatever the policy and the try, the wait is a whole number from 0 to its bound', () => {
  const policy = fc.oneof(
    fc.constantFrom<BackoffPolicy[]>('1m', '10m', '1h', 'exponential', 'linear', 'fixed'),
    fc.record({
      type: fc.constantFrom('exponential', 'linear', 'fixed'),
      base: fc.integer({ min: 1, max: 10_000 }),
      max: fc.integer({ min: 10_000, max: HOUR }),
      factor: fc.double({ min: 1, max: 1000, noNaN: true }),
      jitter: fc.boolean(),
    }),
  )
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(policy, fc.integer({ min: 0, max: 1e9 }), unit, (given, tries, drawn) => {
      const delay = retryDelayMs(given, tries, { next: () => drawn })
      return Number.isInteger(delay) && delay >= 0 && delay <= 2 * HOUR
    }),
  )
})

test('a function decides by tries and error, in any form of a duration', () => {
  const policy: BackoffPolicy = (tries, error) => (error instanceof RangeError ? { minutes: tries } : '1s')
  expect(retryDelayMs(policy, 3, lowest, new RangeError('x'))).toBe(180_000)
  expect(retryDelayMs(policy, 3, lowest, new Error('x'))).toBe(1000)
})

test.each<unknown>([NaN, undefined, 'soon', -1, Infinity, 1e15, null])(
  'a function that answers %j is refused clearly',
  (answer) => {
    expect(() => retryDelayMs((() => answer) as BackoffPolicy, 4, lowest)).toThrow(
      /^answer of the backoff function for try 4 must be a duration/,
    )
  },
)

test.each<[unknown, RegExp]>([
  ['quickly', /^backoff of task "a" must be one of "1m", .*, got "quickly"$/],
  ['__proto__', /must be one of/],
  [null, /must be one of/],
  [5, /must be one of/],
  [{ type: 'cubic' }, /^backoff of task "a"\.type must be "exponential", "linear" or "fixed", got "cubic"$/],
  [{ type: 'fixed', base: 0 }, /^backoff of task "a"\.base must be a duration of 1ms to /],
  [{ type: 'linear', base: '1h', max: '1m' }, /max must not be below base, expected 3600000 ms or more, got 60000 ms/],
  [{ type: 'exponential', factor: 0.5 }, /factor must be a number from 1 to 1000, got 0.5/],
  [{ type: 'exponential', factor: NaN }, /factor must be a number/],
])('the policy %j is refused where it is given', (policy, message) => {
  expect(() => checkBackoff(policy as BackoffPolicy, 'backoff of task "a"')).toThrow(message)
})

test('a sound policy passes the check', () => {
  checkBackoff('10m', 'backoff')
  checkBackoff(() => 5, 'backoff')
  checkBackoff({ type: 'fixed', base: '90s' }, 'backoff')
})
