import { expect, test } from 'vitest'
import { formatBytes, parseSize } from './size.js'

test.each<[number | string, number]>([
  [0, 0],
  [262_144, 262_144],
  ['512 MB', 536_870_912],
  ['256 KiB', 262_144],
  ['256kib', 262_144],
  ['1.5 GB', 1_610_612_736],
  ['12 bytes', 12],
  ['2 TiB', 2_199_023_255_552],
])('%j is %d bytes', (input, expected) => {
  expect(parseSize(input, 'memory')).toBe(expected)
})

test.each<unknown>(['', '512', '-5 MB', '5 XB', '5 MB MB', 'MB', '1e3 MB', '5 toString', NaN, null, undefined])(
  '%j is refused',
  (input) => {
    expect(() => parseSize(input as string, 'memory')).toThrow(
      /^memory must be a size, expected bytes or text such as .*, got /,
    )
  },
)

test('a size out of range is refused in words', () => {
  expect(() => parseSize('1 MB', 'memorySize', { minBytes: 128 * 1024 ** 2, maxBytes: 10 * 1024 ** 3 })).toThrow(
    'memorySize must be a size of 128 MiB to 10 GiB, got "1 MB"',
  )
  expect(() => parseSize(-1, 'memorySize')).toThrow(TypeError)
})

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [262_144, '256 KiB'],
  [3 * 1024 ** 4, '3 TiB'],
  [5000 * 1024 ** 4, '5000 TiB'],
])('%d bytes are shown as %s', (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected)
})
