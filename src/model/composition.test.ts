import { describe, expect, it } from 'vitest'
import { branchOf, callOf, compose, compositionOf, targetsOf } from './composition.js'

const tree = branchOf('sequence', [callOf('a'), branchOf('concurrence', [callOf('b'), callOf('c')])])

describe('a composition', () => {
  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(tree))).toEqual({
      kind: 'sequence',
      parts: [
        { kind: 'call', target: 'a' },
        {
          kind: 'concurrence',
          parts: [
            { kind: 'call', target: 'b' },
            { kind: 'call', target: 'c' },
          ],
        },
      ],
    })
    expect(Object.isFrozen(tree)).toBe(true)
  })

  it('names its targets in the order in which they were written', () => {
    expect(targetsOf(tree)).toEqual(['a', 'b', 'c'])
    expect(targetsOf(branchOf('sequence', []))).toEqual([])
  })

  it('stays with the value that stands for it, out of sight', () => {
    const value = compose({ name: 'flow' }, tree)
    expect(compositionOf(value)).toBe(tree)
    expect(Object.keys(value)).toEqual(['name'])
    expect(compositionOf(compose(() => undefined, tree))).toBe(tree)
  })

  it.each([undefined, null, 5, 'text', {}, () => undefined])('is nothing that %s stands for', (value) => {
    expect(compositionOf(value)).toBeUndefined()
  })
})
