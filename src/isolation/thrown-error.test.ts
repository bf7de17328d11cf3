import { expect, test } from 'vitest'
import { encodeError } from '../codec/encode-error.js'
import { RetryError, RotaError, TerminateError, isRetryError, isTerminateError } from '../model/errors.js'
import { packThrown, unpackThrown } from './thrown-error.js'

const cross = (thrown: unknown): Error => unpackThrown(structuredClone(packThrown(thrown)))

test('an error is kept on record as if it had never crossed a border', () => {
  const cause = new TypeError('below', { cause: 'text' })
  const thrown = [
    Object.assign(new RangeError('far', { cause }), { code: 'E_FAR' }),
    new TerminateError('stolen', { cause }),
    new RetryError({ after: '5m', message: 'busy' }),
    new RotaError('TIMEOUT', 'late', { cause }),
    'just text',
    null,
    { a: 1 },
  ]
  for (const one of thrown) expect(encodeError(cross(one))).toBe(encodeError(one))
})

test('what rota decides by stays what it is', () => {
  expect(isTerminateError(cross(new TerminateError('stolen')))).toBe(true)
  const retry = cross(new RetryError({ after: 5000 }))
  expect(isRetryError(retry) && retry.after).toBe(5000)
  expect(RotaError.is(cross(new RotaError('TIMEOUT', 'late')))).toBe(true)
  expect(cross(new RotaError('TIMEOUT', 'late'))).toMatchObject({ code: 'TIMEOUT', name: 'RotaError' })
})

test('what an error holds comes along, and what cannot travel stays behind', () => {
  const thrown = Object.assign(new RotaError('TIMEOUT', 'late', { facts: { id: 'a', big: 1n } }), {
    data: [new Date(5)],
    request: { send: () => 1 },
  })
  expect(cross(thrown)).toMatchObject({ facts: { id: 'a', big: 1n }, data: [new Date(5)] })
  expect(cross(thrown)).not.toHaveProperty('request')
})

test('a thing that cannot even be looked at arrives as an error', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect(cross(proxy)).toBeInstanceOf(Error)
})
