import { expect, test } from 'vitest'
import { decode } from './decode.js'
import { encodeResult, resultLoss } from './encode-result.js'

test('a result that fits is kept whole, nothing returned is nothing stored', () => {
  const { encoded, problem } = encodeResult({ at: new Date(0) })
  expect(decode(encoded)).toEqual({ at: new Date(0) })
  expect([problem, resultLoss(encoded)]).toEqual([null, null])
  expect(encodeResult(undefined)).toEqual({ encoded: null, problem: null })
  expect(resultLoss(null)).toBeNull()
  expect(decode(encodeResult(null).encoded)).toBeNull()
})

test('a result above the limit is replaced by the beginning of its JSON and the reason', () => {
  const { encoded, problem } = encodeResult({ text: '\u20ac'.repeat(30_000) })
  expect(problem?.code).toBe('PAYLOAD_TOO_LARGE')
  expect(JSON.parse(encoded?.json ?? '')).toMatch(/^\{"text":"\u20ac{900}/)
  expect(Buffer.byteLength(JSON.stringify(encoded))).toBeLessThan(10_000)
  expect(resultLoss(encoded)).toEqual({ code: 'PAYLOAD_TOO_LARGE', message: problem?.message })
  expect(decode(encoded)).toBeUndefined()
})

test('a result of 50 MB and one that cannot be stored settle all the same', () => {
  const huge = encodeResult(Buffer.alloc(50_000_000))
  expect([huge.problem?.code, huge.encoded?.json]).toEqual(['PAYLOAD_TOO_LARGE', 'null'])
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const bad = encodeResult(circular, { what: 'result of task "mail"' })
  expect(bad.problem?.message).toBe('result of task "mail" cannot be stored: self contains itself; break the cycle')
  expect(resultLoss(bad.encoded)?.code).toBe('PAYLOAD_INVALID')
  expect(decode(bad.encoded)).toBeUndefined()
})

test('a preview never ends in half a character', () => {
  const { encoded } = encodeResult(`x${'\ud83d\ude00'.repeat(40_000)}`)
  expect((JSON.parse(encoded?.json ?? '') as string).isWellFormed()).toBe(true)
})

test('data that looks like the mark of a loss is data', () => {
  const { encoded } = encodeResult(['lost', { code: 'x', message: 'y' }])
  expect(resultLoss(encoded)).toBeNull()
  expect(decode(encoded)).toEqual(['lost', { code: 'x', message: 'y' }])
})
