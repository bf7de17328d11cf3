import { expect, test } from 'vitest'
import type { ErrorRecord } from '../model/job.js'
import { decodeError, encodeError } from './encode-error.js'

function keep(error: unknown): ErrorRecord {
  const json = encodeError(error)
  expect(Buffer.byteLength(json)).toBeLessThanOrEqual(65_536)
  const record = decodeError(json)
  if (record === null) return expect.unreachable('the record cannot be read back')
  return record
}

test('name, message, stack, code and causes are kept', () => {
  const cause = Object.assign(new RangeError('inner'), { code: 'EINNER' })
  const record = keep(new TypeError('outer', { cause }))
  expect(record).toMatchObject({
    name: 'TypeError',
    message: 'outer',
    cause: { name: 'RangeError', message: 'inner', code: 'EINNER' },
  })
  expect(record.stack).toContain('TypeError: outer')
  expect(keep(Object.assign(new Error('x'), { code: 404 })).code).toBe('404')
})

test('whatever else is thrown has a record too', () => {
  expect(keep('just text')).toEqual({ name: 'Error', message: 'just text' })
  expect(keep(undefined).message).toBe('undefined')
  expect(keep(5n).message).toBe('5')
  expect(keep(Symbol('s')).message).toBe('Symbol(s)')
  expect(keep({ status: 500 }).message).toBe('thrown object: {"status":500}')
  expect(keep({ big: 1n }).message).toBe('thrown object that cannot be shown')
  expect(keep({ name: 5, message: 6, stack: 7, code: {} })).toEqual({
    name: 'Error',
    message: 'thrown object: {"name":5,"message":6,"stack":7,"code":{}}',
  })
})

test('an error whose getters throw, and a proxy that refuses everything, are survived', () => {
  const hostile = Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('no message')
    },
  })
  expect(keep(hostile).name).toBe('Error')
  const refuse = (): never => {
    throw new Error('no')
  }
  expect(keep(new Proxy({}, { get: refuse, ownKeys: refuse, getPrototypeOf: refuse })).message).toBe(
    'thrown object that cannot be shown',
  )
})

test('characters that a store cannot keep are replaced, not refused', () => {
  expect(keep(new Error('a\u0000b\ud800c')).message).toBe('a\ufffdb\ufffdc')
  expect(keep(Object.assign(new Error('x'), { code: '\u0000' })).code).toBe('\ufffd')
})

test('a message of 1 MB in a chain of 1,000 causes is cut to 64 KiB, with five causes', () => {
  let error: unknown
  for (let index = 0; index < 1000; index++) {
    error = new Error('\u0001'.repeat(1_000_000 / (index < 990 ? 1000 : 1)), { cause: error })
  }
  let record: ErrorRecord | undefined = keep(error)
  expect(record.message).toMatch(/\.\.\. \(\d+ more characters\)$/)
  let causes = -1
  for (; record !== undefined; record = record.cause) causes++
  expect(causes).toBe(5)
})

test('a cause that is the error itself ends after five', () => {
  const error = new Error('round')
  error.cause = error
  expect(keep(error).cause?.cause?.cause?.cause?.cause?.cause).toBeUndefined()
})

test.each([null, 'oops', '5', 'null', '{"name":"x"}', '{"name":"x","message":5}'])('%j is no error record', (json) => {
  expect(decodeError(json)).toBeNull()
})
