import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kebabCase } from '../model/kebab-case.js'
import { entryNameReason, proxyKey } from './entry-names.js'

const SEED = 20_261_121

test.each([
  ['processOrder', 'processOrder'],
  ['HelloWorld', 'HelloWorld'],
  ['my-stack', 'myStack'],
  ['My-Stack', 'myStack'],
  ['a-1b', 'a-1b'],
  ['3d-render', '3dRender'],
])('proxies call %s %s', (written, key) => {
  expect(proxyKey(written)).toBe(key)
})

test(`what proxies call an entry leads back to its name (seed ${SEED})`, () => {
  const property = fc.property(fc.stringMatching(/^[A-Za-z0-9-]{3,24}$/), (written) => {
    expect(kebabCase(proxyKey(written))).toBe(kebabCase(written))
    expect(kebabCase(kebabCase(written))).toBe(kebabCase(written))
  })
  fc.assert(property, { seed: SEED, numRuns: 2_000 })
})

describe('the name of an entry', () => {
  test.each(['abc', 'a'.repeat(24), 'a-1', '123', 'Thenable'])('may be %s', (written) => {
    expect(entryNameReason('task', written)).toBeNull()
  })

  test.each([
    ['ab', /3 to 24 letters.*got 2 characters$/],
    ['a'.repeat(25), /got 25 characters$/],
    ['a_b', /got "a_b"$/],
    ['é'.repeat(1000), /got "é{48}"$/],
    ['---', /got nothing but "-"$/],
    ['then', /got "then", which is reserved: JavaScript itself asks objects for it$/],
    ['Then', /got "Then", which is reserved: JavaScript/],
    ['toJSON', /got "toJSON", which is reserved: JavaScript/],
    ['to-string', /got "to-string", which is reserved: JavaScript/],
    ['valueOf', /got "valueOf", which is reserved: JavaScript/],
    ['Constructor', /got "Constructor", which is reserved: JavaScript/],
  ])('may not be %s', (written, reason) => {
    expect(entryNameReason('task', written)).toMatch(reason)
  })

  test('may be base or hostedzones, unless it is that of a stack', () => {
    expect(entryNameReason('task', 'base')).toBeNull()
    expect(entryNameReason('stack', 'base')).toMatch(/reserved$/)
    expect(entryNameReason('stack', 'HostedZones')).toBeNull() // hosted-zones is another name
    expect(entryNameReason('stack', 'hostedzones')).toMatch(/reserved$/)
  })
})
