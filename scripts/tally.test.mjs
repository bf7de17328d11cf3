import { expect, it } from 'vitest'
import { closingLine, closingLines, emptyTally, failureLines, skipLines, sum } from './tally.mjs'

const skip = { name: 'a > b', reason: 'no power' }
const failure = { name: 'c > d', message: 'expected 1\nto be 2' }

it('the closing line speaks of skipped tests only where there are some', () => {
  expect(closingLine({ passed: 3, skips: [], failures: [] })).toBe('3 passed, 0 failed')
  expect(closingLine({ passed: 3, skips: [skip, skip], failures: [failure] })).toBe('3 passed, 1 failed, 2 skipped')
})

it('a skipped test is named with its reason', () => {
  expect(skipLines([skip])).toEqual(['skipped: a > b: no power'])
})

it('the end of a run names what failed, after what was skipped', () => {
  expect(closingLines({ passed: 1, skips: [skip], failures: [failure] })).toEqual([
    'skipped: a > b: no power',
    'failed: c > d: expected 1',
    '  | to be 2',
    '1 passed, 1 failed, 1 skipped',
  ])
})

it('of a long message the beginning and the end are repeated, without empty lines', () => {
  const message = ['', ...Array.from({ length: 100 }, (_, line) => `line ${line}`), ''].join('\n')
  const lines = failureLines([{ name: 'e > f', message }])
  expect(lines).toHaveLength(31)
  expect(lines[0]).toBe('failed: e > f: line 0')
  expect(lines[1]).toBe('  | line 70')
  expect(lines.at(-1)).toBe('  | line 99')
})

it('two runs add up', () => {
  const one = { passed: 3, skips: [skip], failures: [failure] }
  const both = sum([one, { passed: 4, skips: [], failures: [failure] }, emptyTally])
  expect(both).toEqual({ passed: 7, skips: [skip], failures: [failure, failure] })
})
