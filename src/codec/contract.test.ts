import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contractOf } from './contract.js'
import { decode } from './decode.js'
import { encode } from './encode.js'
import { readPayload } from './read-payload.js'
import { stampOf, withStamp } from './stamp.js'

const stampOfSchema = (schema: z.ZodType): string | undefined => contractOf('t', { schema })?.stamp

describe('a contract', () => {
  test('is the same whatever the order and the remarks of a schema', () => {
    const one = z.object({ id: z.string(), at: z.date(), title: z.string() })
    const other = z.object({ title: z.string(), at: z.date().describe('when'), id: z.string() })
    expect(stampOfSchema(one)).toBe(stampOfSchema(other))
    expect(stampOfSchema(one)).toMatch(/^1-[0-9a-f]{12}$/)
  })

  test.each([
    ['a type', z.object({ id: z.number() })],
    ['a property called like a keyword', z.object({ id: z.string(), title: z.string() })],
    ['what JSON lacks', z.object({ id: z.date() })],
    ['another kind of what JSON lacks', z.object({ id: z.bigint() })],
    ['what is optional', z.object({ id: z.string().optional() })],
  ])('is another with %s', (_what, schema) => {
    expect(stampOfSchema(schema)).not.toBe(stampOfSchema(z.object({ id: z.string() })))
  })

  test('has no hash where the schema does not tell, and is none where there is no version either', () => {
    const silent = { '~standard': { version: 1, vendor: 'mine', validate: (value: unknown) => ({ value }) } } as const
    expect(contractOf('t', { schema: silent })).toBe(null)
    expect(contractOf('t', { schema: silent, version: 3 })?.stamp).toBe('3-0')
    expect(contractOf('t', { schema: undefined })).toBe(null)
  })

  test.each([
    [{ version: 0 }, 't: version: expected a whole number from 1 to 1000000, got 0'],
    [{ migrate: { 1: () => 0 } }, 't: migrate: expected a "version" above 1 that they lead to, got a step from "1"'],
    [{ version: 2, migrate: { 2: () => 0 } }, 't: migrate: expected versions from 1 to 1, got a step from "2"'],
    [{ version: 2, migrate: { 1: 5 as never } }, 't: migrate: 1: expected a function, got number'],
  ])('is refused: %j', (options, message) => {
    expect(() => contractOf('t', { schema: undefined, ...options })).toThrow(new TypeError(message))
  })
})

describe('a stamp', () => {
  test.each([
    [{ plain: 1 }],
    [{ at: new Date(5), list: [1n, undefined] }],
    [new Map([[1, new Set([2])]])],
    ['contract'],
    [null],
  ])('leaves %o as it was, and is read back', (value) => {
    const stamped = withStamp(encode(value), '1-abc')
    expect(stampOf(stamped)).toBe('1-abc')
    expect(decode(stamped)).toEqual(value)
    const again = withStamp(stamped, '2-0')
    expect([stampOf(again), decode(again)]).toEqual(['2-0', value])
  })

  test('is on no value that has none, whatever is in it', () => {
    expect(stampOf(null)).toBe(null)
    expect(stampOf(encode(['contract', '1-abc']))).toBe(null)
    expect(stampOf(encode(new Date(5)))).toBe(null)
    expect(withStamp(null, '1-abc')).toBe(null)
  })
})

describe('a payload of another contract', () => {
  const schema = z.object({ cents: z.number() })
  const contract = contractOf('t', {
    schema,
    version: 3,
    migrate: {
      1: ({ euros }: { euros: number }) => ({ amount: euros }),
      2: async ({ amount }: { amount: number }) => ({ cents: amount * 100 }),
    },
  })
  const read = async (payload: unknown, stamp: string | null, changed = contract): Promise<unknown> =>
    readPayload({ schema, what: 'input', contract: changed }, payload, stamp)

  test('goes through every step from its version on', async () => {
    expect(await read({ euros: 2 }, '1-0')).toEqual({ cents: 200 })
    expect(await read({ amount: 2 }, '2-abc')).toEqual({ cents: 200 })
    expect(await read({ cents: 2 }, contract!.stamp)).toEqual({ cents: 2 })
  })

  test('of the same version is taken when it fits', async () => {
    expect(await read({ cents: 2 }, '3-abc')).toEqual({ cents: 2 })
    await expect(read({ euros: 2 }, '3-abc')).rejects.toMatchObject({ name: 'ParkedPayload' })
  })

  test.each([
    ['a newer version', '4-0', contract, 'this worker knows versions up to 3'],
    [
      'a version without a step',
      '1-0',
      contractOf('t', { schema, version: 3 }),
      'there is no migrate step from version 1',
    ],
    [
      'a step that fails',
      '1-0',
      contractOf('t', {
        schema,
        version: 2,
        migrate: {
          1: () => {
            throw new Error('no')
          },
        },
      }),
      'its migrate step from version 1 failed: no',
    ],
    [
      'a step to what does not fit',
      '1-0',
      contractOf('t', { schema, version: 2, migrate: { 1: () => 5 } }),
      'input is invalid',
    ],
  ] as const)('is parked: %s', async (_what, stamp, changed, message) => {
    const parked = read({ cents: 2 }, stamp, changed)
    await expect(parked).rejects.toMatchObject({ name: 'ParkedPayload' })
    await expect(parked).rejects.toThrow(message)
  })

  test('that nobody has named is judged by itself', async () => {
    expect(await read({ cents: 2 }, null)).toEqual({ cents: 2 })
    await expect(read({ euros: 2 }, null)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(read({ euros: 2 }, contract!.stamp)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})
