import { expect, it } from 'vitest'
import { closingLine, emptyTally, skipLines, sum } from './tally.mjs'

const skip = { name: 'a > b', reason: 'no power' }

it('the closing line speaks of skipped tests only where there are some', () => {
  expect(closingLine({ passed: 3, failed: 0, skips: [] })).toBe('3 passed, 0 failed')
  expect(closingLine({ passed: 3, failed: 1, skips: [skip, skip] })).toBe('3 passed, 1 failed, 2 skipped')
})

it('a skipped test is named with its reason', () => {
  expect(skipLines([skip])).toEqual(['skipped: a > b: no power'])
})

it('two runs add up', () => {
  const one = { passed: 3, failed: 1, skips: [skip] }
  expect(sum([one, { passed: 4, failed: 2, skips: [] }, emptyTally])).toEqual({ passed: 7, failed: 3, skips: [skip] })
})
