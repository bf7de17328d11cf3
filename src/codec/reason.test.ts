import { expect, test } from 'vitest'
import { encodeReason } from './reason.js'

test('a reason is kept as it is, and none is null', () => {
  expect(encodeReason('sent twice', 'cancel')).toBe('sent twice')
  expect(encodeReason(undefined, 'cancel')).toBeNull()
  expect(encodeReason(null, 'cancel')).toBeNull()
})

test('what no store can keep is replaced, and what is too long is cut', () => {
  expect(encodeReason('a\u0000b\ud800', 'cancel')).toBe('a\ufffdb\ufffd')
  expect(encodeReason('x'.repeat(1000), 'cancel')).toHaveLength(1000)
  expect(encodeReason('x'.repeat(5_000_000), 'cancel')).toBe(`${'x'.repeat(1000)}...`)
})

test.each([new Error('gone'), 1, {}])('%s is no reason', (reason) => {
  expect(() => encodeReason(reason as never, 'cancel')).toThrow(/^cancel: reason: expected text, got (object|number)$/)
})
