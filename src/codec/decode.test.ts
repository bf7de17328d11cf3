import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RotaError } from '../model/errors.js'
import { decode } from './decode.js'
import { encode } from './encode.js'

const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\u0000'))
const key = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString', '$date', '0', 'lost'))

const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, NaN, Infinity, -Infinity, -0, 2 ** 53 + 2),
    fc.bigInt(),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.uint8Array().map((bytes) => bytes.slice().buffer),
    fc.array(tie('any')),
    fc
      .array(
        fc.tuple(
          key,
          tie('any').filter((member) => member !== undefined),
        ),
      )
      .map(ownMembers),
    fc.array(fc.tuple(tie('any'), tie('any'))).map((pairs) => new Map(pairs)),
    fc.array(tie('any')).map((elements) => new Set(elements)),
  ),
})).any

/** An object with exactly these members, `__proto__` included. */
function ownMembers(pairs: [string, unknown][]): object {
  const made = {}
  for (const [name, member] of pairs) {
    Object.defineProperty(made, name, { value: member, enumerable: true, writable: true, configurable: true })
  }
  return made
}

test('every value comes back as it was, through JSON that is JSON', () => {
  fc.assert(
    fc.property(value, (given) => {
      const stored = encode(given, { limitBytes: 10_000_000 })
      JSON.parse(stored.json)
      // not toStrictEqual: it takes a member called "constructor" for the class of its object
      expect(isDeepStrictEqual(decode(stored), given)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('encoding what came back gives the same text', () => {
  fc.assert(
    fc.property(value, (given) => {
      const stored = encode(given, { limitBytes: 10_000_000 })
      expect(encode(decode(stored), { limitBytes: 10_000_000 })).toEqual(stored)
    }),
  )
})

test('data that looks like a marker is data', () => {
  for (const given of [{ $date: 'x' }, { date: 'date' }, ['lost', { code: 'x' }], '"date"', { '0': 'map' }]) {
    const stored = encode(given)
    expect(stored.note).toBeNull()
    expect(decode(stored)).toStrictEqual(given)
  }
})

test('members named __proto__ and constructor are data in both directions and pollute nothing', () => {
  const json = '{"__proto__":{"polluted":1},"constructor":{"prototype":{}}}'
  const given = JSON.parse(json) as object
  expect(encode(given)).toEqual({ json, note: null })
  const back = decode(encode(given)) as object
  expect(Object.keys(back)).toEqual(['__proto__', 'constructor'])
  const dated = ownMembers([['__proto__', new Date(0)]])
  const redated = decode(encode(dated)) as object
  expect(Object.getOwnPropertyDescriptor(redated, '__proto__')?.value).toEqual(new Date(0))
  expect(Object.getPrototypeOf(redated)).toBe(Object.prototype)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('no value at all is undefined', () => {
  expect(decode(null)).toBeUndefined()
})

test.each([
  ['{secret', null, /value is not JSON/],
  ['1', 'oops', /note is not JSON/],
  ['"x"', '"date"', /says date where the value has none/],
  ['5', '"date"', /says "date" where the value has no text/],
  ['"5x"', '"bigint"', /no digits/],
  ['"5"', '"regexp"', /says "regexp", which this version does not know/],
  ['{}', '{"a":"date"}', /names a member that is not there/],
  ['{}', '{"__proto__":{"polluted":"nan"}}', /names a member that is not there/],
  ['"x"', '{"a":"date"}', /does not fit/],
  ['{}', '"map"', /says map where the value has no array/],
  ['[1]', '"map"', /no pairs/],
  ['[]', '5', /does not fit/],
  ['"x"', `${'["set",'.repeat(5000)}"nan"${']'.repeat(5000)}`, /nested too deep/],
])('case %#: text that was not made by the codec is reported as corrupt, without quoting it', (json, note, reason) => {
  const read = (): unknown => decode({ json, note })
  expect(read).toThrow(reason)
  expect(read).not.toThrow(/secret/)
  expect(read).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }))
  expect(read).toThrow(RotaError)
})
