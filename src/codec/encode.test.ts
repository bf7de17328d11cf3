import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { RotaError } from '../model/errors.js'
import { decode } from './decode.js'
import { encode } from './encode.js'

/** What `encode` throws for a value. */
function refusal(value: unknown, options?: Parameters<typeof encode>[1]): RotaError {
  try {
    encode(value, options)
  } catch (error) {
    if (RotaError.is(error)) return error
    throw error
  }
  return expect.unreachable('the value was accepted')
}

test('plain values are stored as the JSON that they are, without a note', () => {
  const value = {
    id: 'in_1',
    n: 1.5,
    ok: true,
    no: null,
    list: [1, ['a'], {}],
    deep: { er: '\u001b[1m \u2028 \\u0000 \ud83d\ude00' },
  }
  expect(encode(value)).toEqual({ json: JSON.stringify(value), note: null })
  for (const scalar of ['', 'x', 0, -1, 2 ** 53 + 2, 1e300, true, null]) {
    expect(encode(scalar)).toEqual({ json: JSON.stringify(scalar), note: null })
  }
})

test('what JSON lacks stays readable in the JSON and is named in the note only', () => {
  const value = {
    dueOn: new Date(0),
    total: 123n,
    rows: [{ at: new Date(1) }],
    m: new Map([['k', 1n]]),
    s: new Set(['a']),
    b: Buffer.from('hi'),
  }
  expect(encode(value)).toEqual({
    json:
      '{"dueOn":"1970-01-01T00:00:00.000Z","total":"123","rows":[{"at":"1970-01-01T00:00:00.001Z"}],' +
      '"m":[["k","1"]],"s":["a"],"b":"aGk="}',
    note: '{"dueOn":"date","total":"bigint","rows":{"0":{"at":"date"}},"m":["map",{"0":{"1":"bigint"}}],"s":"set","b":"buffer"}',
  })
})

test('members that are undefined are left out, elements and the value itself come back', () => {
  expect(encode({ a: undefined, b: 1 })).toEqual({ json: '{"b":1}', note: null })
  expect(encode({ a: undefined, b: new Date(0) }).json).toBe('{"b":"1970-01-01T00:00:00.000Z"}')
  expect(decode(encode([undefined, 1]))).toEqual([undefined, 1])
  expect(encode(undefined)).toEqual({ json: 'null', note: '"undefined"' })
  expect(decode(encode(undefined))).toBeUndefined()
})

test('a method toJSON speaks for its object, is called once, and may change the object', () => {
  const calls: string[] = []
  const money = {
    cents: 5,
    toJSON(key: string) {
      calls.push(key)
      this.cents++
      return { money: this.cents, at: new Date(0) }
    },
  }
  expect(decode(encode({ price: money }))).toEqual({ price: { money: 6, at: new Date(0) } })
  expect(calls).toEqual(['price'])
  class Self {
    readonly a = 1
    toJSON(): this {
      return this
    }
  }
  expect(encode(new Self()).json).toBe('{"a":1}')
  expect(encode({ at: new URL('https://example.org/') }).json).toBe('{"at":"https://example.org/"}')
  expect(encode({ gone: { toJSON: () => undefined } }).json).toBe('{}')
})

test('objects without prototype and of another realm are plain', () => {
  expect(encode(Object.assign(Object.create(null), { a: 1 })).json).toBe('{"a":1}')
  expect(encode(runInNewContext('({ a: [1] })')).json).toBe('{"a":[1]}')
  expect(encode(runInNewContext('({ d: new Date(0) })')).note).toBe('{"d":"date"}')
})

class Order {
  readonly id = 1
}
const cycle: Record<string, unknown> = { list: [{}] }
cycle['list'] = [cycle]

test.each<[unknown, string, RegExp]>([
  [{ a: [1, { f: () => 1 }] }, 'a[1].f', /is a function/],
  [{ s: Symbol('x') }, 's', /is a symbol/],
  [{ 'odd key': { d: new Date(NaN) } }, '["odd key"].d', /is an invalid Date/],
  [new Order(), '', /is an instance of Order, which would come back as a plain object/],
  [{ e: new Error('x') }, 'e', /instance of Error/],
  [[/x/], '[0]', /instance of RegExp/],
  [{ p: Promise.resolve() }, 'p', /instance of Promise/],
  [{ w: new WeakMap() }, 'w', /instance of WeakMap/],
  [{ w: new Float64Array(2) }, 'w', /instance of Float64Array/],
  [{ n: new Number(5) }, 'n', /instance of Number/],
  [Object.create({ inherited: 1 }), '', /instance of unnamed class/],
  [cycle, 'list[0]', /contains itself/],
  [{ t: 'a\u0000b' }, 't', /contains the character U\+0000/],
  [{ t: ['\ud800'] }, 't[0]', /half of a surrogate pair/],
  [{ 'k\u0000': 1 }, '["k\\u0000"]', /has a key that contains the character U\+0000/],
  [new Map([[{ a: 1 }, { f() {} }]]), '[0][1].f', /is a function/],
  [
    {
      get bad() {
        throw new Error('inside')
      },
    },
    'bad',
    /threw while it was read/,
  ],
  [
    {
      j: {
        toJSON() {
          throw new Error('inside')
        },
      },
    },
    'j',
    /threw while it was read/,
  ],
])('case %#: what cannot come back as it was is refused with its path', (value, path, reason) => {
  const error = refusal(value, { what: 'payload of task "mail"' })
  expect(error.code).toBe('PAYLOAD_INVALID')
  expect(error.facts['path']).toBe(path)
  expect(error.message).toMatch(/^payload of task "mail" cannot be stored: /)
  expect(error.message).toMatch(reason)
})

test('the cause of a toJSON that threw is kept', () => {
  const cause = new Error('inside')
  const value = {
    toJSON() {
      throw cause
    },
  }
  expect(refusal(value).cause).toBe(cause)
})

/** `value` inside so many arrays. */
function wrapped(value: unknown, levels: number): unknown {
  let result = value
  for (let level = 0; level < levels; level++) result = [result]
  return result
}

test('1,000 levels are kept, 1,001 and 10,000 are refused without exhausting the stack', () => {
  for (const inner of [1, new Date(0)]) {
    const deep = wrapped(inner, 1000)
    expect(encode(decode(encode(deep)))).toEqual(encode(deep))
    for (const levels of [1001, 10_000]) {
      const error = refusal(wrapped(inner, levels))
      expect([error.code, error.message.length < 500]).toEqual(['PAYLOAD_INVALID', true])
      expect(error.message).toContain('deeper than 1000 levels')
    }
  }
})

test('the limit counts bytes of UTF-8, of JSON and note together, to the byte', () => {
  expect(encode('x'.repeat(98), { limitBytes: 100 }).json).toHaveLength(100)
  expect(refusal('x'.repeat(99), { limitBytes: 100 }).facts).toEqual({ what: 'payload', bytes: 101, limit: 100 })
  expect(encode('\u20ac'.repeat(32), { limitBytes: 98 }).json).toHaveLength(34)
  expect(refusal('\u20ac'.repeat(33), { limitBytes: 98 }).code).toBe('PAYLOAD_TOO_LARGE')
  const date = encode([new Date(0)])
  const bytes = date.json.length + (date.note?.length ?? 0)
  expect(encode([new Date(0)], { limitBytes: bytes })).toEqual(date)
  expect(refusal([new Date(0)], { limitBytes: bytes - 1 }).facts['bytes']).toBe(bytes)
  expect(refusal('x'.repeat(262_143)).facts['limit']).toBe(262_144)
})

test('values far too large are given up early: endless sharing, giant arrays, giant buffers', () => {
  let shared: unknown = 'leaf'
  for (let level = 0; level < 60; level++) shared = [shared, shared]
  for (const value of [shared, new Array(1e9), { b: Buffer.alloc(10_000_000) }, { m: new Map([[1, shared]]) }]) {
    expect(refusal(value).code).toBe('PAYLOAD_TOO_LARGE')
  }
})
