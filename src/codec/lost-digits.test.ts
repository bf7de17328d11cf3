import { describe, expect, test } from 'vitest'
import { lostDigits } from './lost-digits.js'

describe('a whole number that JavaScript would change', () => {
  test.each([
    ['12345678901234567890', '12345678901234567890'],
    ['{"a":[1,-9007199254740993]}', '-9007199254740993'],
    [String.raw`{"a\"":"\\","b":12345678901234567891}`, '12345678901234567891'],
    ['9'.repeat(100), `${'9'.repeat(40)}...`],
  ])('is found in %s', (json, found) => {
    expect(lostDigits(json)).toBe(found)
  })

  test.each([
    '9007199254740991',
    '43200000000000',
    '3155760000000000000',
    '0.1234567890123456789012',
    '1e30',
    '"12345678901234567890"',
    String.raw`["\"12345678901234567890"]`,
    '',
    '-',
    '"open',
    String.raw`"\\`,
  ])('is not seen in %s', (json) => {
    expect(lostDigits(json)).toBeNull()
  })

  test('is found behind a string of megabytes', () => {
    expect(lostDigits(`["${'a'.repeat(8_000_000)}${String.raw`\"`.repeat(1_000_000)}",12345678901234567890]`)).toBe(
      '12345678901234567890',
    )
  })
})
