import { expect, test } from 'vitest'
import { cleanThrown } from './clean-thrown.js'
import { ViewableError } from './viewable-error.js'

const SECRET = '4111-1111'
const clean = (text: string): string => text.replaceAll(SECRET, '*')
const cleaned = (thrown: unknown): unknown => cleanThrown(thrown, clean)

test('an error stays itself, without the secret in anything that it holds', () => {
  const payload = { card: SECRET, when: new Date(5) }
  const error = Object.assign(new ViewableError('refused', `no ${SECRET}`, { payload, tried: [SECRET] }), {
    [`key ${SECRET}`]: new Map([[SECRET, new Set([SECRET])]]),
  })
  expect(cleaned(error)).toBe(error)
  expect(error).toMatchObject({ type: 'refused', message: 'no *' })
  expect(error.data).toEqual({ payload: { card: '*', when: new Date(5) }, tried: ['*'] })
  expect(Reflect.get(error, 'key *')).toEqual(new Map([['*', new Set(['*'])]]))
  expect(Object.keys(error)).not.toContain(`key ${SECRET}`)
  expect(payload.card).toBe(SECRET) // it is the function's
})

test('all errors of an aggregate, and its causes, are cleaned', () => {
  const cause = new Error('below', { cause: { code: SECRET } })
  const error = new AggregateError([new Error(SECRET), SECRET, { deep: { card: SECRET } }], 'all', { cause })
  cleaned(error)
  expect(error.errors).toMatchObject([{ message: '*' }, '*', { deep: { card: '*' } }])
  expect((error.cause as Error).cause).toEqual({ code: '*' })
})

test('what is no error is cleaned too', () => {
  expect(cleaned({ card: SECRET, list: [1, SECRET] })).toEqual({ card: '*', list: [1, '*'] })
  expect(cleaned(SECRET)).toBe('*')
  expect(cleanThrown(4_111n, (text) => text.replaceAll('4111', '*'))).toBe('[REDACTED]')
})

test('what holds no secret stays the very same', () => {
  class Held {
    readonly text = 'harmless'
  }
  const data = { held: new Held(), url: new URL('https://example.com') }
  const error = new ViewableError('any', SECRET, data)
  cleaned(error)
  expect([error.message, error.data]).toEqual(['*', data])
  expect(error.data).toBe(data)
})

test('what a class writes of itself is cleaned, also when no member has it', () => {
  class Hidden {
    readonly #card = SECRET
    toJSON = (): unknown => ({ card: this.#card })
  }
  const held = { url: new URL(`https://example.com/${SECRET}`), bytes: Buffer.from(SECRET), hidden: new Hidden() }
  expect(cleaned(held)).toEqual({ url: '[REDACTED]', bytes: '[REDACTED]', hidden: '[REDACTED]' })
})

test('cycles end, and what is too deep or too large to be told free of secrets is left out', () => {
  const cycle: Record<string, unknown> = { card: SECRET }
  cycle['self'] = cycle
  const error = Object.assign(new Error('cycle'), { cycle })
  error.cause = error
  cleaned(error)
  expect(error.cycle['card']).toBe('*')
  expect(error.cycle['self']).toBe(error.cycle)

  let deep: unknown = SECRET
  for (let level = 0; level < 5_000; level++) deep = { deep }
  expect(JSON.stringify(cleaned({ deep }))).toMatch(/^(\{"deep":){13}"\[REDACTED\]"\}+$/)

  const large = Array.from({ length: 200_000 }, (_, at) => ({ at }))
  expect(JSON.stringify(cleaned({ large, card: SECRET }))).not.toContain(SECRET)
})

test('a frozen error is replaced by one of its class', () => {
  const error = Object.freeze(new ViewableError('refused', SECRET, { card: SECRET }))
  const twin = cleaned(error) as ViewableError
  expect(twin).toBeInstanceOf(ViewableError)
  expect(twin).toMatchObject({ type: 'refused', message: '*', data: { card: '*' } })
  expect(twin.stack).not.toContain(SECRET)
})

test('nothing that is thrown makes it throw', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const getter = Object.defineProperty(new Error(SECRET), 'no', {
    get: () => {
      throw new Error('no')
    },
  })
  for (const one of [proxy, getter, null, undefined, () => SECRET]) expect(() => cleaned(one)).not.toThrow()
  expect(getter.message).toBe('*')
})
