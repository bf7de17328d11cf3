import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contractOf } from '../../codec/contract.js'
import { incompatibilities } from './compare-contracts.js'
import { narrowings } from './compare-schemas.js'

function between(before: z.ZodType, after: z.ZodType): readonly string[] {
  const [one, other] = [before, after].map((schema) => contractOf('t', { schema })!.schema!)
  return narrowings(one!, other!).map(({ path, what }) => `${path}: ${what}`)
}

const order = z.object({ id: z.string(), items: z.array(z.object({ quantity: z.int() })) })

describe('every payload of before is accepted', () => {
  test.each([
    ['by the same', order, order],
    ['with one more that is optional', order, order.extend({ note: z.string().optional() })],
    ['with one fewer that was read', order, order.omit({ items: true })],
    ['where a number may have a fraction now', z.object({ a: z.int() }), z.object({ a: z.number() })],
    ['where more words are known', z.enum(['a', 'b']), z.enum(['b', 'c', 'a'])],
    ['where a word may be any text', z.literal('a'), z.string()],
    ['where there is another alternative', z.string(), z.union([z.number(), z.string()])],
    ['where null is fine now', z.object({ a: z.string() }), z.object({ a: z.string().nullable() })],
    ['with wider bounds', z.string().min(3).max(5), z.string().min(2).max(6)],
    ['where nothing is checked', order, z.unknown()],
    [
      'by a schema that holds itself',
      z.object({
        get next() {
          return order.optional()
        },
      }),
      z.object({
        get next() {
          return order.optional()
        },
      }),
    ],
  ])('%s', (_what, before, after) => {
    expect(between(before, after)).toEqual([])
  })
})

describe('what is not accepted any more is named by its place', () => {
  test.each([
    ['a field that is required now', order, order.extend({ customer: z.string() }), ['customer: is required now']],
    ['another type', order, order.extend({ id: z.number() }), ['id: was string, is number']],
    [
      'deep inside',
      order,
      z.object({ id: z.string(), items: z.array(z.object({ quantity: z.string() })) }),
      ['items[].quantity: was integer, is string'],
    ],
    [
      'what may not be left out',
      z.object({ a: z.string().optional() }),
      z.object({ a: z.string() }),
      ['a: is required now'],
    ],
    ['a field that is refused now', z.object({ a: z.string() }), z.strictObject({}), ['a: is refused now']],
    ['a word fewer', z.enum(['a', 'b']), z.enum(['a']), [': "b" is refused now']],
    ['an alternative fewer', z.union([z.string(), z.number()]), z.string(), [': was number or string, is string']],
    ['narrower bounds', z.string().max(5), z.string().max(4), [': maxLength accepts less: it is 4 now']],
    ['a kind that JSON lacks', z.object({ at: z.date() }), z.object({ at: z.bigint() }), ['at: was date, is bigint']],
    ['a form', z.string(), z.iso.date(), [': format accepts less: it is "date" now', ': pattern accepts less']],
  ])('%s', (_what, before, after, expected) => {
    const found = between(before, after)
    expect(found).toHaveLength(expected.length)
    found.forEach((one, at) => expect(one).toContain(expected[at]))
  })
})

describe('a release', () => {
  const described = (schema: z.ZodType | null, version?: number, migrates: readonly number[] = []) => {
    const { stamp, schema: json } = contractOf('t', { schema: schema ?? undefined, version })!
    return { stamp, version: version ?? 1, migrates, schema: json }
  }
  const changed = order.extend({ customer: z.string() })
  const told = (before: object, after: object) =>
    incompatibilities(before as never, after as never, (task) => task === 'gone')

  test('that changes what is accepted needs a version and a step', () => {
    expect(told({ t: described(order) }, { t: described(changed) })).toEqual([
      {
        task: 't',
        what: 'customer: is required now',
        mend: 'accept what it accepted, or give it version: 2 and migrate: { 1: (old) => ... }',
      },
    ])
    expect(told({ t: described(order) }, { t: described(changed, 2) })).toMatchObject([
      { what: 'has version 2 and no migrate step from 1' },
    ])
    expect(told({ t: described(order) }, { t: described(changed, 2, [1]) })).toEqual([])
  })

  test('may not go back, or drop a task that jobs wait for', () => {
    expect(told({ t: described(null, 3) }, { t: described(null, 2) })).toMatchObject([{ mend: 'give it version 4' }])
    expect(told({ gone: described(order) }, {})).toMatchObject([{ task: 'gone', what: 'is gone' }])
    expect(told({ silent: described(order) }, {})).toMatchObject([{ mend: 'state its version, or give it its schema' }])
    expect(told({}, { t: described(order) })).toEqual([])
  })
})
