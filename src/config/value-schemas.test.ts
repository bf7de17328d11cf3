import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDurationText } from '../model/duration-text.js'
import { parseSize } from '../time/size.js'
import { duration, size } from './value-schemas.js'

const SEED = 20_261_121

/** What an editor lets through, by the pattern of the JSON Schema. */
const patternOf = (schema: ReturnType<typeof duration>): RegExp => new RegExp(schema.meta()?.['pattern'] as string)

const isSize = (text: string): boolean => {
  try {
    parseSize(text, 'size')
    return true
  } catch {
    return false
  }
}

describe('the pattern for editors', () => {
  test(`lets the durations through that are read, and no others (seed ${SEED})`, () => {
    const pattern = patternOf(duration('10 seconds', '15 minutes', '2 minutes'))
    const part = fc.constantFrom(
      '1',
      '20',
      '1.5',
      ' ',
      '  ',
      's',
      'm',
      'ms',
      'h',
      'd',
      'w',
      'second',
      'minutes',
      'weeks',
      'x',
      '-',
    )
    const seen = { read: 0, refused: 0 }
    const property = fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      // Blanks around a text are cut off when it is read; an editor may well complain about them.
      const text = parts.join('').trim()
      const isRead = parseDurationText(text) !== null && text !== '0'
      expect([text, pattern.test(text)]).toEqual([text, isRead])
      seen[isRead ? 'read' : 'refused'] += 1
    })
    fc.assert(property, { seed: SEED, numRuns: 10_000 })
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(100)
  })

  test.each([
    '512 MB',
    '1GB',
    '1.5 gb',
    '128 MiB',
    '10 bytes',
    '1 byte',
    '7B',
    '1 M',
    '5',
    'MB',
    '-1 MB',
    '1 MBs',
    '1 kiB',
  ])('says of the size %s what reading it says', (text) => {
    expect(patternOf(size('128 MB', '10 GB', '512 MB')).test(text)).toBe(isSize(text))
  })
})

test('ranges hold both their ends, in whatever unit they are written', () => {
  const schema = duration('10 seconds', '15 minutes', '2 minutes')
  const given = [
    '10 seconds',
    '10000 milliseconds',
    '900s',
    '15 minutes',
    ' 1m30s ',
    '9.999 seconds',
    '901s',
    '',
    '2',
    '1 month',
  ]
  expect(given.filter((text) => schema.safeParse(text).success)).toEqual(given.slice(0, 5))
})
